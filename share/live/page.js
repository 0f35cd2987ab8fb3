"use strict";
// The live page of pa-bridge. All text of calls gets in as text (textContent), never as markup; the policy of
// the page lets it speak to its own bridge and to nobody else. What it shows is asked for again and again:
// twice a second while somebody looks, seldom while the page is hidden.
(() => {
  const $ = (id) => document.getElementById(id);
  const SEEN = 450, HIDDEN = 5000;  // [ms] between two questions

  // --- small things ---
  const el = (name, props = {}, ...children) => {
    const e = document.createElement(name);
    for (const [k, v] of Object.entries(props)) k in e ? (e[k] = v) : e.setAttribute(k, v);
    e.append(...children);
    return e;
  };
  // Words of others may turn the direction of writing; not that of what stands beside them.
  const words = (text, className = "") => el("bdi", { className }, text);
  const put = (e, text) => { if (e.textContent !== text) e.textContent = text; };
  const two = (n) => String(n).padStart(2, "0");
  const clock = (ms) => {
    const s = Math.max(0, Math.floor(ms / 1000)), h = Math.floor(s / 3600);
    return `${h ? `${h}:${two(Math.floor(s / 60) % 60)}` : Math.floor(s / 60)}:${two(s % 60)}`;
  };
  const seconds = (ms) => (ms === null ? "–" : `${(ms / 1000).toFixed(2)} s`);
  const money = (usd) => (usd < 1 ? `$${usd.toFixed(3)}` : `$${usd.toFixed(2)}`);
  const share = (db) => Math.max(0, Math.min(1, (db + 55) / 50));  // of a meter, from -55 to -5 dB
  const level = (e, db) => { e.style.transform = `scaleX(${share(db).toFixed(3)})`; };
  const whoOf = (c) => `${c.direction === "inbound" ? "from" : "to"} ${c.number_shown}${c.owner ? " (owner)" : ""}`;

  // --- the list: a row stays the same element as long as its call lives, so that focus stays ---
  const rows = new Map();
  const makeRow = (c) => {
    const row = { link: el("a", { href: `#${c.call_sid}` }), who: words(""), time: el("time"), badges: el("span"),
      meta: el("span"), caller: el("i", { className: "caller-bar" }), agent: el("i", { className: "agent-bar" }) };
    const bar = (i) => el("span", { className: "meter" }, i);
    row.link.append(el("span", { className: "head" }, row.who, row.time), el("span", { className: "meta" }, row.badges, row.meta),
      el("span", { className: "pair", ariaHidden: "true" }, bar(row.caller), bar(row.agent)));
    row.item = el("li", {}, row.link);
    return row;
  };
  const badgesOf = (c) => [c.state, ...(c.muted ? ["muted"] : []), ...(c.errors ? ["errors"] : [])];
  const fillBadges = (box, list) => {
    if (box.dataset.shown === list.join()) return;
    box.dataset.shown = list.join();
    box.replaceChildren(...list.map((b) => el("span", { className: `badge ${b}` }, b)));
  };
  const fillRow = (row, c) => {
    put(row.who, whoOf(c));
    put(row.time, clock(c.ms));
    fillBadges(row.badges, badgesOf(c));
    put(row.meta, `${c.latency_ms.last === null ? "no answer yet" : `answers ${seconds(c.latency_ms.last)}`} · ${money(c.cost_usd)}`);
    level(row.caller, c.caller_db);
    level(row.agent, c.agent_db);
    if (c.call_sid === shown.sid) row.link.setAttribute("aria-current", "true");
    else row.link.removeAttribute("aria-current");
  };
  const showList = (calls) => {
    const list = $("calls");
    for (const [sid, row] of rows) if (!calls.some((c) => c.call_sid === sid)) { row.item.remove(); rows.delete(sid); }
    for (const c of calls) {
      if (!rows.has(c.call_sid)) { rows.set(c.call_sid, makeRow(c)); list.append(rows.get(c.call_sid).item); }
      fillRow(rows.get(c.call_sid), c);
    }
    $("none").hidden = calls.length > 0;
    const talking = calls.filter((c) => c.state === "talking").length, cost = calls.reduce((sum, c) => sum + c.cost_usd, 0);
    put($("totals"), calls.length ? `${calls.length} in progress, ${talking} talking, ${money(cost)} so far` : "");
  };

  // --- one call ---
  const shown = { sid: "", settled: 0, call: null, over: false };
  const lineOf = (l) => {
    const mine = l.role === "assistant";
    const said = el("div", { className: "said" }, el("span", { className: `who ${mine ? "agent" : "caller"}` }, mine ? "Agent" : "Caller"));
    if (l.interrupted) {
      const heard = l.heard || "", rest = l.text.startsWith(heard) ? l.text.slice(heard.length) : ` ${l.text}`;
      said.append(words(heard), words(rest, "unheard"));
    } else said.append(words(l.text));
    return el("li", { className: mine ? "agent-line" : "caller-line" }, el("span", { className: "at" }, clock(l.start_ms)), said);
  };
  const showTalk = (talk) => {
    const list = $("transcript");
    const follow = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    // Lines from talk.first on are new or may have changed; those before stay as they are.
    while (list.children.length > talk.first) list.lastChild.remove();
    list.append(...talk.lines.map(lineOf));
    shown.settled = Math.min(talk.settled, list.children.length);
    if (follow) list.scrollTop = list.scrollHeight;
    put($("about"), talk.about ? `About: ${talk.about}` : "");
    put($("events"), talk.events.map((e) => `${clock(e.at_ms)} ${e.what}${e.detail ? `: ${e.detail}` : ""}`).join(" · "));
  };
  const figure = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
  const showCall = (c) => {
    put($("title"), whoOf(c));
    fillBadges($("state"), shown.over ? ["over"] : badgesOf(c));
    level($("caller-level"), shown.over ? -100 : c.caller_db);
    level($("agent-level"), shown.over ? -100 : c.agent_db);
    $("figures").replaceChildren(figure("time", clock(c.ms)), figure("turns", String(c.turns)), figure("last answer", seconds(c.latency_ms.last)),
      figure("half within", seconds(c.latency_ms.p50)), figure("interruptions", String(c.interruptions)), figure("cost", money(c.cost_usd)));
    const mute = $("mute");
    mute.setAttribute("aria-pressed", String(c.muted));
    put(mute, c.muted ? "Let the agent speak" : "Mute the agent");
    const taken = !shown.over && (c.state === "ringing" || c.state === "talking" || c.state === "waiting");
    for (const id of ["say", "whisper", "mute", "goodbye"]) $(id).disabled = !taken;
    $("transfer").disabled = !taken || c.state !== "talking";
    $("hangup").disabled = shown.over;
  };
  const choose = () => {
    const sid = location.hash.slice(1);
    if (sid === shown.sid) return;
    Object.assign(shown, { sid, settled: 0, call: null, over: false });
    $("transcript").replaceChildren();
    for (const id of ["about", "events", "told"]) put($(id), "");
    $("words").value = $("number").value = "";
    document.body.classList.toggle("one", sid !== "");
    $("shown").hidden = true;
    $("hint").hidden = false;
    ask();
  };

  // --- what the bridge tells ---
  let timer = 0, asked = 0;
  const trouble = (text) => { $("trouble").hidden = !text; put($("trouble"), text); };
  const take = (state, sid) => {
    showList(state.calls);
    if (sid !== shown.sid || !sid) return;
    const call = state.calls.find((c) => c.call_sid === sid);
    if (!call && !shown.call) return;
    shown.over = !call;
    shown.call = call || shown.call;
    $("hint").hidden = true;
    $("shown").hidden = false;
    if (state.talk) showTalk(state.talk);
    showCall(shown.call);
  };
  const ask = async () => {
    clearTimeout(timer);
    const mine = ++asked, sid = shown.sid;
    try {
      const answer = await fetch(`state?call=${encodeURIComponent(sid)}&known=${shown.settled}`, { cache: "no-store" });
      if (mine !== asked) return;
      if (answer.status === 403) return trouble("This page was closed: ask for a new address with pa-bridge ctl page.");
      take(await answer.json(), sid);
      trouble("");
    } catch (e) {
      if (mine !== asked) return;
      trouble("The bridge does not answer; asking again.");
    }
    timer = setTimeout(ask, document.hidden ? HIDDEN : SEEN);
  };

  // --- commands ---
  const tell = (text, bad = false) => { put($("told"), text); $("told").classList.toggle("bad", bad); };
  const command = async (what, details, done) => {
    const sid = shown.sid;
    try {
      const answer = await fetch(`calls/${encodeURIComponent(sid)}/${what}`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(details) });
      if (answer.ok) { tell(done); ask(); return true; }
      const type = answer.headers.get("content-type") || "";
      tell(type.startsWith("application/json") ? (await answer.json()).error : await answer.text(), true);
    } catch (e) {
      tell("The bridge does not answer: it is not known whether this was done.", true);
    }
    return false;
  };
  const withWords = async (what, done) => {
    const text = $("words").value.trim();
    if (!text) { $("words").focus(); return tell("Write the words first.", true); }
    if (await command(what, { text }, done)) $("words").value = "";
  };
  $("say").onclick = () => withWords("say", "The agent will say it word for word.");
  $("whisper").onclick = () => withWords("whisper", "The agent was told; nobody else hears it.");
  $("mute").onclick = () => { const on = !shown.call.muted; command("mute", { on }, on ? "The agent keeps silent and listens." : "The agent may speak again."); };
  $("goodbye").onclick = () => command("hangup", { goodbye: true, reason: "on the live page" }, "The agent says goodbye.");
  // What cannot be taken back is asked for twice.
  const armed = (button, label, act) => {
    const calm = () => { clearTimeout(button.timer); button.timer = 0; put(button, label); };
    button.onclick = () => {
      if (button.timer) { calm(); return act(); }
      put(button, `${label}: sure?`);
      button.timer = setTimeout(calm, 4000);
    };
    button.onblur = calm;
  };
  armed($("hangup"), "Hang up", () => command("hangup", { reason: "on the live page" }, "The call is ended."));
  armed($("transfer"), "Transfer", () => {
    const to = $("number").value.trim();
    if (!to) { $("number").focus(); return tell("Write the number first.", true); }
    command("transfer", { to }, `The call is put through to ${to}.`);
  });
  $("words").onkeydown = (e) => { if (e.key === "Enter" && !e.isComposing) { e.preventDefault(); $("say").click(); } };

  // --- keys ---
  const step = (by) => {
    const links = [...$("calls").querySelectorAll("a")];
    if (!links.length) return;
    const at = links.findIndex((a) => a.hasAttribute("aria-current"));
    const next = links[Math.max(0, Math.min(links.length - 1, at + by))];
    next.focus();
    location.hash = next.hash;
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const typing = e.target instanceof HTMLInputElement;
    if (e.key === "Escape") { if (typing) e.target.blur(); else location.hash = ""; return; }
    if (typing) return;
    if (e.key === "j" || e.key === "k") { e.preventDefault(); step(e.key === "j" ? 1 : -1); }
    if ((e.key === "s" || e.key === "w") && shown.call) { e.preventDefault(); $("words").focus(); }
    if (e.key === "m" && shown.call && !$("mute").disabled) { e.preventDefault(); $("mute").click(); }
  });
  $("back").onclick = (e) => { e.preventDefault(); location.hash = ""; };
  addEventListener("hashchange", choose);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  if (location.hash.length > 1) choose();
  else ask();
})();
