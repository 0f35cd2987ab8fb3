// Acts on a page of pa-report as a person would, for report_page_test.sh: puts what it found into
// <pre id="result">, one "name: value" a line. What plays is in window.played (the browser's clock for
// sound stands still under virtual time).
"use strict";
addEventListener("load", async () => {
  const result = [];
  const say = (name, value) => result.push(`${name}: ${value}`);
  const $ = (id) => document.getElementById(id);
  const settle = () => new Promise((done) => setTimeout(done, 50));
  const key = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const type = (text) => { $("search").value = text; $("search").dispatchEvent(new Event("input")); };
  try {
    say("title", document.title);
    say("rows", $("calls").children.length);
    const plots = () => document.querySelectorAll(".plot svg[role=img]").length;
    for (let i = 0; i < 100 && plots() < 3; ++i) await settle();  // drawn when their size is known
    say("plots", plots());
    for (const id of ["budget-title", "budget-note", "months"]) say(id, $(id).textContent);
    const [used, room] = ["used", "room"].map((name) => document.querySelector(`#budget-bar .${name}`).getBoundingClientRect().width);
    say("used", Math.round((100 * used) / room));
    const brightness = (colour) => colour.match(/[\d.]+/g).length > 3 ? colour
      : colour.match(/\d+/g).reduce((sum, n) => sum + Number(n), 0) > 384 ? "light" : "dark";
    say("paper", brightness(getComputedStyle(document.body).backgroundColor));
    say("ink", brightness(getComputedStyle(document.body).color));
    key("j"); await settle();
    say("one call is shown", !$("shown").hidden);
    const first = location.hash;
    key("j"); await settle();
    say("j goes on", location.hash !== first);
    key("k"); await settle();
    say("k goes back", location.hash === first);
    say("lines", document.querySelectorAll("#transcript .caller, #transcript .agent").length > 0);
    say("waves", document.querySelectorAll("#tracks .wave").length);
    say("playable", !$("play").disabled);
    $("play").click();
    for (let i = 0; i < 1500 && !(window.played.readyState > 0); ++i) await settle();  // decoding takes real time
    say("plays", $("play").textContent === "Pause" && window.played.error === null);
    say("all of it", Math.abs(window.played.duration * 1000 - Number($("seek").max)) < 100);
    key(" "); await settle();
    say("space stops it", $("play").textContent === "Play");
    $("seek").value = 5000; $("seek").dispatchEvent(new Event("input")); await settle();
    say("seek", window.played.currentTime === 5 && $("clock").textContent.startsWith("0:05"));
    const line = [...document.querySelectorAll("#transcript .agent .at")].at(-1);
    line.click(); await settle();
    say("a line seeks", line.textContent === $("clock").textContent.split(" ")[0]);
    say("a line is marked", document.querySelectorAll("#transcript .playing").length);
    key("/"); await settle();
    say("search has the focus", document.activeElement === $("search"));
    type("zzz no such words"); say("nothing is found", $("calls").children.length);
    type("회의 알림"); say("found", $("calls").children.length > 0);
    type(""); say("all again", $("calls").children.length);
    $("search").blur();
    key("Escape"); await settle();
    say("escape leaves", $("shown").hidden);
    const parsed = (id) => JSON.parse($(id).textContent);
    const bargeIns = (log) => log.events.filter((e) => e.what === "barge-in");
    const eventful = parsed("index").calls.find((c) => {
      const { log } = parsed(`data-${c.n}`);
      return log.functions.length && bargeIns(log).length;
    });
    say("a call with both", eventful.call_sid);
    location.hash = eventful.call_sid; await settle();
    const all = (selector) => [...document.querySelectorAll(selector)];
    const seen = (e) => { const box = e.getBoundingClientRect(), s = getComputedStyle(e); return box.height > 0 && (box.width > 0 || s.stroke !== "none"); };
    const cuts = all("#tracks .cut"), log = parsed(`data-${eventful.n}`).log;
    say("cuts", cuts.filter(seen).length);
    say("each at its time", bargeIns(log).every((e, i) => Math.abs((cuts[i].getAttribute("x1") / 1000) * $("seek").max - e.at_ms) < 2));
    say("interrupted", all("#transcript .agent .note").filter((e) => seen(e) && /\(interrupted, \d+\.\d+\s+s heard\)/.test(e.textContent)).length);
    const unheard = all("#transcript .agent .unheard");
    say("unheard", unheard.filter((e) => seen(e) && getComputedStyle(e).textDecorationLine === "line-through").length);
    const tools = all("#tracks .tool"), told = all("#transcript .tool");
    say("tools", tools.filter(seen).length);
    say("told", told.filter((e) => seen(e) && /^functiontodo-add\(|^function<\/script>/.test(e.querySelector(".said").textContent)).length);
    const edge = (kind) => getComputedStyle(document.querySelector(`#transcript .${kind} .said`)).borderLeftColor;
    say("a colour of their own", edge("tool") === getComputedStyle(tools[0]).fill && ![edge("agent"), edge("caller")].includes(edge("tool")));
    say("legend", all("#legend li").map((e) => e.textContent).filter((text) => /interruption|function/.test(text)).join(", "));
    for (const row of [...document.querySelectorAll("#calls a")]) { location.hash = row.hash; await settle(); }
    say("title after all calls", document.title);
    say("foreign elements", document.querySelectorAll("img, iframe, object, embed, svg[onload], section script, header script, #calls script, #shown h1").length);
    const wide = document.documentElement;
    say("scrolls sideways", wide.scrollWidth > wide.clientWidth);
    const controls = [...document.querySelectorAll("button, input, a")].filter((e) => e.offsetParent);
    say("without a name", controls.filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label") || e.closest("label"))).length);
  } catch (error) {
    say("error", error.stack);
  }
  const pre = document.createElement("pre");
  pre.id = "result";
  pre.textContent = result.join("\n");
  document.body.append(pre);
});
