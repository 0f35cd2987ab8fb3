// Acts on the live page as a person would, for live_browser_test.sh: puts what it found into <pre id="result">,
// one "name: value" a line. It stands behind the page's own script. Waiting asks the bridge, so that time
// passes there too, whatever the browser's clock does.
addEventListener("load", async () => {
  const others = 50; // who talk beside the call that is shown; live_browser_test.sh may write another number
  const result = [];
  const say = (name, value) => result.push(`${name}: ${value}`);
  const $ = (id) => document.getElementById(id);
  const turn = async () => { await fetch("metrics"); await new Promise((done) => setTimeout(done, 100)); };
  const until = async (what) => { for (let i = 0; i < 600 && !what(); ++i) await turn(); return what(); };
  const key = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const told = () => $("told").textContent;
  const current = () => document.querySelector("#calls a[aria-current]");
  const twice = (id) => { $(id).click(); $(id).click(); };
  try {
    say("rows", (await until(() => $("calls").children.length > others)) ? $("calls").children.length : "too few");
    say("totals", /^\d+ in progress, \d+ talking, \$/.test($("totals").textContent));
    say("wide list", document.documentElement.scrollWidth > document.documentElement.clientWidth);
    key("j");
    say("a call is shown", await until(() => !$("shown").hidden));
    const first = location.hash;
    key("j"); await until(() => location.hash !== first && !$("shown").hidden);
    say("j goes on", location.hash !== first);
    key("k"); await until(() => location.hash === first && !$("shown").hidden);
    say("k goes back", location.hash === first && document.activeElement === current());
    say("lines", await until(() => document.querySelectorAll("#transcript .agent-line").length > 0));
    say("hostile line", await until(() => $("transcript").textContent.includes("<img src=x onerror=")));
    location.hash = [...document.querySelectorAll("#calls a")].find((a) => a.textContent.startsWith("to 010-0000-5678")).hash;
    say("hostile matter", await until(() => $("about").textContent.includes("<\/script><script>")));
    location.hash = first; await until(() => current() && current().hash === first && $("about").textContent === "" && !$("shown").hidden);
    $("words").focus();
    key("x");
    $("say").click();
    say("no words", told());
    $("words").value = "<b>Dinner</b> is at seven"; $("say").click();
    say("said", (await until(() => told().includes("word for word"))) && $("words").value === "");
    $("words").value = "be <i>short</i>"; $("whisper").click();
    say("whispered", await until(() => told().includes("nobody else hears")));
    say("hostile events", await until(() => $("events").textContent.includes("<i>short</i>")));
    $("mute").click();
    say("muted", await until(() => $("mute").getAttribute("aria-pressed") === "true"));
    say("muted in the list", await until(() => current().textContent.includes("muted")));
    document.activeElement.blur(); key("m");
    say("m unmutes", await until(() => $("mute").getAttribute("aria-pressed") === "false"));
    $("number").value = "119"; $("transfer").click();
    say("asked twice", $("transfer").textContent.includes("sure?"));
    $("transfer").click();
    say("refused", await until(() => told().includes("not dialled") && $("told").classList.contains("bad")));
    twice("hangup");
    say("over", await until(() => $("state").textContent === "over" && $("hangup").disabled && $("say").disabled));
    say("one row fewer", await until(() => $("calls").children.length === others));
    key("Escape"); await until(() => location.hash.length < 2);
    say("escape leaves", await until(() => $("shown").hidden));
    say("title", document.title);
    say("foreign elements", document.querySelectorAll("img, iframe, object, embed, main b, main script, header script").length
      + document.querySelectorAll("#transcript i, #events i, #about i, #told i").length);
    const wide = document.documentElement;
    say("scrolls sideways", wide.scrollWidth > wide.clientWidth);
    const controls = [...document.querySelectorAll("button, input, a")];
    say("without a name", controls.filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label") || document.querySelector(`label[for="${e.id}"]`))).length);
    say("trouble", $("trouble").textContent);
  } catch (error) {
    say("error", error.stack);
  }
  const pre = document.createElement("pre");
  pre.id = "result";
  pre.textContent = result.join("\n");
  document.body.append(pre);
});
