import Foundation
import Peers

/// Debian's Chromium without a window, driven by selenium, which reads a page as a person would.
enum Browser {
    /// Why a test that needs it is skipped.
    static let isMissing = "chromium, chromium-driver (Debian), or selenium and axe-core-python (Tests/requirements.txt) are not there"

    static let isThere: Bool = {
        guard let python = Python.executable,
            ["/usr/bin/chromium", "/usr/bin/chromedriver"].allSatisfy(FileManager.default.isExecutableFile)
        else { return false }
        let process = Process()
        process.executableURL = python
        process.arguments = ["-c", "import selenium, axe_core_python"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// What one visit came to.
    struct Visit: Decodable {
        struct Look: Decodable {
            /// `desktop light` and so on.
            var name: String
            /// Of axe-core, serious or critical.
            var violations: [String]
            /// How much wider than the window the page is, in pixels.
            var overflow: Int
        }

        var rows: [String: Int]
        var live: String
        var wasReloaded: Bool
        var sawChange: Bool
        var focusStayed: Bool
        var tabStops: [String]
        var explanation: String
        var withoutScript: Int
        var looks: [Look]
        var console: [String]
        var origins: [String]
    }

    /// Opens a page, says `ready` on standard error, and waits for a row with the given text to appear by itself.
    ///
    /// Arguments: the page's URL, a text that is to appear, a folder for screenshots.
    static let program = """
        import json, sys, time
        from selenium import webdriver
        from selenium.webdriver.chrome.options import Options
        from selenium.webdriver.chrome.service import Service
        from selenium.webdriver.common.keys import Keys
        from axe_core_python.selenium import Axe
        base, awaited, folder = sys.argv[1:4]

        def browser(script=True):
            options = Options()
            options.binary_location = "/usr/bin/chromium"
            for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900",
                             "--disable-background-networking", "--disable-component-update", "--no-first-run", "--no-proxy-server",
                             "--user-data-dir=" + folder + "/profile-" + str(script)]:
                options.add_argument(argument)
            if not script:
                options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
            options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
            return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)

        def until(what, seconds=30):
            end = time.time() + seconds
            while time.time() < end:
                value = what()
                if value: return value
                time.sleep(0.05)
            return what()

        visit = {}
        page = browser()
        page.get(base)
        visit["live"] = until(lambda: "Live" in page.find_element("id", "live").text and page.find_element("id", "live").text) or ""
        visit["rows"] = {table.get_attribute("id"): len(table.find_elements("css selector", "tbody tr")) for table in page.find_elements("css selector", "main section[id]")}
        page.execute_script("window.marker = 'the same page'")
        page.execute_script("document.querySelector('tbody th a').focus()")
        focused = page.execute_script("return document.activeElement.textContent")
        print("ready", file=sys.stderr, flush=True)
        visit["sawChange"] = bool(until(lambda: awaited in page.find_element("id", "main").text, 60))
        visit["wasReloaded"] = page.execute_script("return window.marker") != "the same page"
        visit["focusStayed"] = page.execute_script("return document.activeElement.textContent") == focused
        page.get(base)
        stops = []
        for _ in range(3):
            page.switch_to.active_element.send_keys(Keys.TAB)
            stops.append(page.execute_script("return document.activeElement.textContent.trim()"))
        visit["tabStops"] = stops
        looks = []
        def look(name, width, height, mobile, scheme, path=""):
            page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile})
            page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
            page.get(base + path)
            until(lambda: "Live" in page.find_element("id", "live").text)
            found = Axe().run(page)["violations"]
            serious = [v for v in found if v["impact"] in ("serious", "critical")]
            full = page.execute_script("return document.documentElement.scrollHeight")
            overflow = page.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": min(full, 3000), "deviceScaleFactor": 1, "mobile": mobile})
            page.save_screenshot(folder + "/" + name.replace(" ", "-") + ".png")
            looks.append({"name": name, "overflow": overflow, "violations": [v["id"] + ": " + v["nodes"][0]["html"][:200] for v in serious]})
        for scheme in ("light", "dark"):
            look("desktop " + scheme, 1280, 900, False, scheme)
            look("phone " + scheme, 390, 844, True, scheme)
        href = page.find_element("css selector", "tbody th a").get_attribute("href")
        look("explanation light", 1280, 900, False, "light", href[len(base):])
        visit["explanation"] = page.find_element("id", "main").text
        visit["looks"] = looks
        visit["console"] = [entry["message"] for entry in page.get_log("browser")]
        origins = set()
        for entry in page.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if url.startswith(("http", "ws", "ftp")): origins.add("/".join(url.split("/")[:3]))
        visit["origins"] = sorted(origins)
        page.quit()
        plain = browser(script=False)
        plain.get(base)
        visit["withoutScript"] = len(plain.find_elements("css selector", "tbody tr"))
        plain.quit()
        print(json.dumps(visit))
        """
}
