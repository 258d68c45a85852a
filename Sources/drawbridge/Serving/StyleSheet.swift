/// How the status page looks: in the reader's colours (light or dark), on any width, and without colour too.
///
/// Every pair of colours has a contrast of 4.5 to 1 and more, in both schemes. On a narrow screen each row becomes a card.
enum StyleSheet {
    static let text = #"""
        :root{color-scheme:light dark;--back:#fbfbfa;--card:#fff;--text:#1d232b;--faint:#59626f;--line:#e1e4e8;--hover:#f3f5f7;--link:#0b57a4;--look:#8a4300;--lookback:#fff5e6;--change:#0b57a4;--unknown:#5b5470;--good:#1d6b3a;--ring:#0b57a4}
        @media (prefers-color-scheme:dark){:root{--back:#11151b;--card:#171c24;--text:#e3e8ef;--faint:#a2acb9;--line:#2b323d;--hover:#1e2530;--link:#86bdff;--look:#f3b562;--lookback:#2b2214;--change:#86bdff;--unknown:#c0b6dd;--good:#7fd69b;--ring:#86bdff}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--back);color:var(--text);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        header,main,footer{max-width:96rem;margin:0 auto;padding:0 1.25rem}
        header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem 1.25rem;padding-top:1rem;padding-bottom:.75rem}
        h1{font-size:1.25rem;line-height:1.3;margin:0;letter-spacing:-.01em}
        h2,h3{font-size:.95rem;line-height:1.3;margin:1.4rem 0 .4rem}
        .answer h2{font-size:1.2rem;overflow-wrap:anywhere}.answer .sum{font-size:1.05rem;margin-top:.5rem}
        .policy h2{font-size:1.15rem;margin:1.75rem 0 .15rem;padding-top:1.25rem;border-top:1px solid var(--line)}
        @media (min-width:60rem){.duo:not(:has(table)){display:grid;grid-template-columns:1fr 1fr;gap:0 2rem}}
        p{margin:.15rem 0}
        a{color:var(--link);text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:2px}
        a:hover{text-decoration-thickness:2px}
        :focus-visible{outline:2px solid var(--ring);outline-offset:2px;border-radius:3px}
        main:focus{outline:none}
        .skip{position:absolute;left:-99rem;top:0;background:var(--card);padding:.5rem 1rem;z-index:1}
        .skip:focus{left:0}
        header #live{margin-left:auto;color:var(--faint)}
        header #live.on{color:var(--good)}
        header #live.off{color:var(--look)}
        #role.look{color:var(--look)}
        #summary{font-weight:600}
        .faint,.note,.none{color:var(--faint)}
        .note{margin:.35rem 0;overflow-wrap:anywhere}
        .sum{overflow-wrap:anywhere}
        .mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.95em}
        .count{color:var(--faint);font-weight:400;margin-left:.25rem}
        .advice{margin:.5rem 0;padding:.5rem .9rem .5rem 2rem;background:var(--lookback);border-left:3px solid var(--look);border-radius:4px;overflow-wrap:anywhere}
        .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:6px}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        th,td{text-align:left;vertical-align:top;padding:.32rem .75rem;font-weight:400;white-space:nowrap}
        .prose{white-space:normal;overflow-wrap:anywhere;min-width:15rem}
        @media (min-width:46.01rem){td:last-child{width:99%}}
        thead th{color:var(--faint);font-size:.85rem;border-bottom:1px solid var(--line);white-space:nowrap}
        tbody tr+tr>*{border-top:1px solid var(--line)}
        tbody tr:hover>*{background:var(--hover)}
        tbody th{font-weight:600}
        td.state{width:1%}
        .sign{display:inline-block;width:1.1em;font-family:ui-monospace,monospace;font-weight:700}
        tr.look>.state{color:var(--look);font-weight:600;box-shadow:inset 3px 0 0 var(--look)}
        tr.change>.state{color:var(--change);box-shadow:inset 3px 0 0 var(--change)}
        tr.unknown>.state{color:var(--unknown);font-style:italic}
        tr.keep>.state{color:var(--faint)}
        time{white-space:nowrap}
        footer{margin-top:2.5rem;padding-bottom:2rem}
        ol.steps{list-style:none;margin:.75rem 0;padding:0;background:var(--card);border:1px solid var(--line);border-radius:6px}
        ol.steps li{padding:.4rem .9rem;overflow-wrap:anywhere}
        ol.steps li+li{border-top:1px solid var(--line)}
        ol.steps li.look{color:var(--look);box-shadow:inset 3px 0 0 var(--look)}
        code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--hover);padding:.1rem .35rem;border-radius:3px;overflow-wrap:anywhere}
        @media (prefers-reduced-motion:no-preference){tr.fresh>*{animation:fresh 2.5s ease-out}@keyframes fresh{from{background:var(--lookback)}}}
        @media (max-width:46rem){
        header,main,footer{padding-left:.9rem;padding-right:.9rem}
        header #live{margin-left:0}
        .scroll{border:0;background:none;overflow:visible}
        table,tbody,tr,td,tbody th{display:block;white-space:normal;overflow-wrap:anywhere}
        .prose{min-width:0}
        td.state{float:right}
        thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        tbody tr{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.35rem 0;margin-bottom:.5rem}
        tbody tr.look{border-left:3px solid var(--look)}
        tbody tr.change{border-left:3px solid var(--change)}
        tbody tr+tr>*{border-top:0}
        tr.look>.state,tr.change>.state{box-shadow:none}
        th,td,td.state{padding:.1rem .8rem;width:auto}
        td:empty{display:none}
        td[data-label]:not(:empty)::before{content:attr(data-label) " ";color:var(--faint);font-size:.85rem;display:inline-block;min-width:6.5rem;margin-right:.5rem}
        tbody td[data-label]{clear:none}
        tbody th{font-size:1.02rem}
        }
        @media print{body{background:#fff;color:#000}.scroll{overflow:visible}header #live,.skip{display:none}}

        """#
}
