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
