/// Renews the status page as things change. Without it the page is the same, as of when it was loaded.
///
/// It asks for the page anew and carries over what differs, node by node, so that focus, selection and scroll stay. No text of the
/// page is ever read as markup here: the server has escaped it, the parsed page runs nothing, and scripts in it are passed over.
enum Script {
    static let text = #"""
        "use strict";
        (() => {
          const live = document.getElementById("live");
          const parts = ["role", "asof", "main"];
          let shown = document.body.dataset.revision;
          let offset = Date.now() - Date.parse(document.body.dataset.at);
          let wanted = null, busy = false;

          const say = (state, text) => {
            live.className = state;
            if (live.textContent !== text) live.textContent = text;
          };

          const isLike = (a, b) => a && a.nodeType === b.nodeType && a.nodeName === b.nodeName
            && (a.nodeType !== 1 || a.dataset.key === b.dataset.key);

          // Makes one element equal to another of a page that was loaded anew; what is equal already is not touched.
          const renew = (old, fresh) => {
            if (old.nodeType !== 1) {
              if (old.data !== fresh.data) old.data = fresh.data;
              return;
            }
            if (old.nodeName === "TIME" && old.dateTime === fresh.dateTime && !old.classList.contains("fixed")) return;
            const before = old.nodeName === "TR" ? [...old.children].filter((c) => !c.querySelector("time")).map((c) => c.textContent).join("\n") : null;
            for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
            for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
            const keyed = new Map();
            for (const child of old.children) if (child.dataset.key) keyed.set(child.dataset.key, child);
            let at = old.firstChild;
            for (const child of fresh.childNodes) {
              if (child.nodeName === "SCRIPT") continue;
              const key = child.nodeType === 1 ? child.dataset.key : undefined;
              const match = key ? keyed.get(key) : at;
              if (isLike(match, child)) {
                if (match === at) at = at.nextSibling;
                else old.insertBefore(match, at);
                renew(match, child);
              } else {
                const added = document.importNode(child, true);
                if (added.nodeName === "TR") added.classList.add("fresh");
                old.insertBefore(added, at);
              }
            }
            while (at) {
              const next = at.nextSibling;
              at.remove();
              at = next;
            }
            if (before !== null && before !== [...old.children].filter((c) => !c.querySelector("time")).map((c) => c.textContent).join("\n"))
              old.classList.add("fresh");
          };

          const ages = () => {
            const now = Date.now() - offset;
            for (const time of document.querySelectorAll("main time:not(.fixed)")) {
              const seconds = Math.max(0, Math.floor((now - Date.parse(time.dateTime)) / 1000));
              const minutes = Math.floor(seconds / 60), hours = Math.floor(seconds / 3600), days = Math.floor(seconds / 86400);
              const text = seconds < 60 ? seconds + "s" : minutes < 60 ? minutes + "m"
                : hours < 24 ? hours + "h" + (minutes % 60 ? " " + (minutes % 60) + "m" : "") : days + "d" + (hours % 24 ? " " + (hours % 24) + "h" : "");
              const whole = ("over" in time.dataset ? "over " : "") + text;
              if (time.textContent !== whole) time.textContent = whole;
            }
          };

          const load = async () => {
            if (busy || wanted === null || wanted === shown || document.hidden) return;
            busy = true;
            try {
              const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
              if (!answer.ok && answer.status !== 404) throw new Error(String(answer.status));
              const page = new DOMParser().parseFromString(await answer.text(), "text/html");
              shown = page.body.dataset.revision;
              offset = Date.now() - Date.parse(page.body.dataset.at);
              for (const id of parts) {
                const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
                if (old && fresh) renew(old, fresh);
              }
              document.title = page.title;
              wanted = wanted === shown ? null : wanted;
            } catch {
              say("off", "○ Not up to date, trying again");
              wanted = wanted ?? "";
            }
            busy = false;
            if (wanted !== null && wanted !== shown) setTimeout(load, 2000);
          };

          const connect = () => {
            const source = new EventSource("api/v1/events");
            source.onopen = () => say("on", "● Live");
            source.addEventListener("revision", (event) => {
              wanted = event.data;
              load();
            });
            source.onerror = () => {
              say("off", "○ Connection lost, trying again");
              if (source.readyState === EventSource.CLOSED) {
                setTimeout(connect, 10000);
                wanted = "";
                load();
              }
            };
          };

          document.addEventListener("visibilitychange", load);
          setInterval(ages, 5000);
          connect();
        })();

        """#
}
