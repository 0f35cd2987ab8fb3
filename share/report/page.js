"use strict";
// The page of pa-report. All text of calls gets in as text (textContent), never as markup; the policy
// of the page refuses any other script, style or connection.
(() => {
  const $ = (id) => document.getElementById(id);
  const parsed = (id) => { const e = $(id); return e ? JSON.parse(e.textContent) : null; };
  const index = parsed("index");
  const calls = index.calls.slice().sort((a, b) => (a.started_at < b.started_at ? 1 : -1));
  const bySid = new Map(calls.map((c) => [c.call_sid, c]));
  const SLOW = index.slow_answer_ms;
  const PAGE = 100;

  // --- small things ---
  const el = (name, props = {}, ...children) => {
    const e = document.createElement(name);
    for (const [k, v] of Object.entries(props)) k in e ? (e[k] = v) : e.setAttribute(k, v);
    e.append(...children);
    return e;
  };
  const svg = (name, attributes = {}, title) => {
    const e = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    if (title) e.append(Object.assign(document.createElementNS("http://www.w3.org/2000/svg", "title"), { textContent: title }));
    return e;
  };
  // Words of others may turn the direction of writing; not that of what stands beside them.
  const words = (text, className = "") => el("bdi", { className }, text);
  const two = (n) => String(n).padStart(2, "0");
  const clock = (ms) => { const s = Math.max(0, Math.floor(ms / 1000)); return `${Math.floor(s / 60)}:${two(s % 60)}`; };
  const span = (ms) => {
    const s = Math.round(ms / 1000);
    if (s < 60) return `${s}s`;
    return s < 3600 ? `${Math.floor(s / 60)}m${two(s % 60)}s` : `${Math.floor(s / 3600)}h${two(Math.floor(s / 60) % 60)}m`;
  };
  const seconds = (ms) => `${(ms / 1000).toFixed(2)}\u00a0s`;
  const money = (usd) => (usd > 0 && usd < 1 ? `$${usd.toFixed(3)}` : `$${usd.toFixed(2)}`);
  const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
  const percentile = (values, percent) => {
    if (!values.length) return null;
    const sorted = values.slice().sort((a, b) => a - b);
    return sorted[Math.max(1, Math.ceil((sorted.length * percent) / 100)) - 1];
  };
  const dayOf = (c) => c.started_at.slice(0, 10);
  const whenOf = (c) => `${dayOf(c)} ${c.started_at.slice(11, 16)}`;
  const whoOf = (c) => `${c.direction === "inbound" ? "from" : "to"} ${c.number_shown}${c.owner ? " (owner)" : ""}`;

  // --- the overview ---
  const byDay = new Map();
  for (const c of calls) {
    const day = byDay.get(dayOf(c)) || { latencies: [], cost: 0, calls: 0 };
    for (const ms of c.latencies_ms) day.latencies.push(ms);
    day.cost += c.cost_usd;
    day.calls += 1;
    byDay.set(dayOf(c), day);
  }
  const days = [...byDay.keys()].sort();

  // Days lie on the axis where they are in time, so that a week without calls is a gap.
  const dayNumber = (day) => Date.parse(`${day}T00:00:00Z`) / 86400000;
  const axisOf = (width, height, top, format, inset = 4) => {
    const left = 46, right = 10, bottom = 18, from = dayNumber(days[0]), to = dayNumber(days[days.length - 1]);
    const room = width - left - right - 2 * inset;
    const x = (day) => left + inset + (to === from ? room / 2 : ((dayNumber(day) - from) / (to - from)) * room);
    const y = (v) => height - bottom - (v / top) * (height - bottom - 8);
    const marks = [0, top / 2, top].flatMap((v) => {
      const label = svg("text", { x: left - 6, y: y(v) + 4, "text-anchor": "end" });
      label.textContent = format(v);
      return [svg("line", { x1: left, x2: width - right, y1: y(v), y2: y(v), class: "axis" }), label];
    });
    const label = (day, anchor, at) => {
      const t = svg("text", { x: at, y: height - 3, "text-anchor": anchor });
      t.textContent = day;
      return t;
    };
    if (from === to) marks.push(label(days[0], "middle", x(days[0])));
    else marks.push(label(days[0], "start", left), label(days[days.length - 1], "end", width - right));
    return { x, y, marks, step: room / Math.max(1, to - from + 1) };
  };
  const roundUp = (v) => {
    const size = 10 ** Math.floor(Math.log10(v || 1));
    return [1, 2, 5, 10].map((n) => n * size).find((n) => n >= v) || 1;
  };
  const plotInto = (id, label, draw) => {
    const box = $(id);
    const again = () => {
      const width = box.clientWidth, height = box.clientHeight || 120;
      if (!width) return;
      const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
      picture.append(...draw(width, height));
      box.replaceChildren(picture);
    };
    box.replaceChildren(svg("svg", {}));
    new ResizeObserver(again).observe(box);
  };

  const plotLatency = () => {
    const points = days.map((day) => ({ day, p50: percentile(byDay.get(day).latencies, 50), p95: percentile(byDay.get(day).latencies, 95) }))
      .filter((p) => p.p50 !== null);
    const all = calls.flatMap((c) => c.latencies_ms);
    if (!points.length) { $("latency-title").textContent = "Time to answer: no turn was answered yet"; return; }
    const label = `Time to answer by day: ${seconds(percentile(all, 50))} for half of all answers, ${seconds(percentile(all, 95))} for 95 of 100`;
    $("latency-title").textContent = `Time to answer: ${seconds(percentile(all, 50))} (half), ${seconds(percentile(all, 95))} (95 of 100, dashed)`;
    const top = roundUp(Math.max(...points.map((p) => p.p95), 100));
    plotInto("latency", label, (width, height) => {
      const { x, y, marks } = axisOf(width, height, top, (v) => `${(v / 1000).toFixed(1)} s`);
      const line = (key) => svg("polyline", { points: points.map((p) => `${x(p.day)},${y(p[key])}`).join(" "), class: key });
      const dots = points.flatMap((p) => [50, 95].map((n) =>
        svg("circle", { cx: x(p.day), cy: y(p[`p${n}`]), r: points.length > 60 ? 1.5 : 3, class: `dot${n}` }, `${p.day}: ${seconds(p[`p${n}`])} (${n === 50 ? "half" : "95 of 100"})`)));
      return [...marks, line("p50"), line("p95"), ...dots];
    });
  };
  const plotCost = () => {
    const total = calls.reduce((sum, c) => sum + c.cost_usd, 0);
    $("cost-title").textContent = `Cost: ${money(total)} in all${index.carrier_known ? "" : ", without what the carrier takes"}`;
    if (!days.length) return;
    const top = roundUp(Math.max(...days.map((d) => byDay.get(d).cost), 0.001));
    plotInto("cost", `Cost by day, ${money(total)} in all`, (width, height) => {
      const { x, y, marks, step } = axisOf(width, height, top, (v) => `$${v.toFixed(top < 0.2 ? 3 : 2)}`, 12);
      const wide = Math.max(1, Math.min(18, step * 0.7));
      const bars = days.map((day) => svg("rect", { x: x(day) - wide / 2, y: y(byDay.get(day).cost), width: wide, height: Math.max(0, y(0) - y(byDay.get(day).cost)), class: "bar" },
        `${day}: ${money(byDay.get(day).cost)}, ${plural(byDay.get(day).calls, "call")}`));
      return [...marks, ...bars];
    });
  };
  const plotBudget = () => {
    const spent = calls.filter((c) => c.started_at.startsWith(index.month)).reduce((sum, c) => sum + c.cost_usd, 0);
    const budget = index.budget_month_usd;
    const months = new Map();
    for (const c of calls) if (!c.started_at.startsWith(index.month)) months.set(c.started_at.slice(0, 7), (months.get(c.started_at.slice(0, 7)) || 0) + c.cost_usd);
    $("months").textContent = [...months].slice(0, 3).map(([month, usd]) => `${month}: ${money(usd)}`).join(", ");
    $("budget-title").textContent = `${index.month}: ${money(spent)}${budget === null ? "" : ` of ${money(budget)}`}`;
    if (budget === null) { $("budget-note").textContent = "No BUDGET_MONTH_USD is set."; $("budget-bar").remove(); return; }
    const share = budget > 0 ? spent / budget : 1;
    $("budget-note").textContent = share >= 1 ? "The month's budget is used up." : `${money(budget - spent)} are left (${Math.round((1 - share) * 100)} %).`;
    plotInto("budget-bar", `${money(spent)} of ${money(budget)} used`, (width, height) => [
      svg("rect", { x: 0, y: 0, width, height, rx: 4, class: "room" }),
      svg("rect", { x: 0, y: 0, width: Math.min(1, share) * width, height, rx: 4, class: `used${share >= 1 ? " over" : share > 0.8 ? " near" : ""}` }),
    ]);
  };

  // --- the list ---
  let haystacks = null;
  const plain = (text) => text.normalize("NFC").toLowerCase();
  const haystackOf = (c) => {
    const log = parsed(`data-${c.n}`).log;
    return plain([c.started_at, whenOf(c), whoOf(c), c.number, c.agent, c.about, c.call_sid, `ended by ${c.ended_by}`, c.answered_by,
      ...log.transcript.map((l) => l.text), ...log.functions.map((f) => f.name),
      ...log.events.map((e) => e.what), ...log.errors.map((e) => `error ${e.what} ${e.detail || ""}`)].join("\n"));
  };
  const narrow = matchMedia("(max-width: 52rem)");  // as page.css has it
  let found = calls, shownRows = PAGE, current = null;

  const badge = (text, kind) => el("span", { className: `badge ${kind}` }, text);
  const row = (c) => {
    const marks = [];
    if (c.errors) marks.push(badge(plural(c.errors, "error"), "bad"));
    if (c.answered_by === "machine") marks.push(badge("machine", "warn"));
    if (c.recovered) marks.push(badge("recovered", "warn"));
    if (c.latency_p95_ms > SLOW) marks.push(badge("slow", "warn"));
    const link = el("a", { href: `#${c.call_sid}`, className: c.errors || c.ended_by === "error" ? "bad" : "" },
      el("span", { className: "head" }, el("span", {}, whenOf(c)), el("span", {}, span(c.duration_s * 1000))),
      el("span", { className: "meta" }, words(whoOf(c))), el("br"),
      ...marks,
      el("span", { className: "meta" }, words(c.about || c.agent), " · ", [`by ${c.ended_by}`, plural(c.turns, "turn"),
        c.latency_p50_ms === null ? null : seconds(c.latency_p50_ms), money(c.cost_usd)].filter(Boolean).join(" · ")));
    if (c === current) link.setAttribute("aria-current", "true");
    return el("li", {}, link);
  };
  const showList = () => {
    $("calls").replaceChildren(...found.slice(0, shownRows).map(row));
    $("more").hidden = found.length <= shownRows;
    $("found").textContent = found.length === calls.length ? plural(calls.length, "call") : `${found.length} of ${plural(calls.length, "call")}`;
  };
  const search = () => {
    const terms = plain($("search").value).split(/\s+/).filter(Boolean);
    if (terms.length && !haystacks) haystacks = new Map(calls.map((c) => [c, haystackOf(c)]));
    found = terms.length ? calls.filter((c) => terms.every((w) => haystacks.get(c).includes(w))) : calls;
    shownRows = PAGE;
    showList();
  };

  // --- one call ---
  const audio = new Audio();
  let url = null, moving = [];

  const release = () => {
    audio.pause();
    audio.removeAttribute("src");
    if (url) URL.revokeObjectURL(url);
    url = null;
  };
  // G.711 u-law to linear samples (ITU-T G.711), so that every browser plays it.
  const linear = new Int16Array(256).map((_, i) => {
    const u = ~i & 0xff, magnitude = (((u & 0x0f) << 3) + 0x84) << ((u & 0x70) >> 4);
    return u & 0x80 ? 0x84 - magnitude : magnitude - 0x84;
  });
  const wavOf = (base64) => {
    const bytes = atob(base64), out = new DataView(new ArrayBuffer(44 + bytes.length * 2));
    const put = (at, text) => { for (let i = 0; i < 4; ++i) out.setUint8(at + i, text.charCodeAt(i)); };
    put(0, "RIFF"); out.setUint32(4, 36 + bytes.length * 2, true); put(8, "WAVE"); put(12, "fmt ");
    out.setUint32(16, 16, true); out.setUint16(20, 1, true); out.setUint16(22, 2, true);
    out.setUint32(24, 8000, true); out.setUint32(28, 32000, true); out.setUint16(32, 4, true); out.setUint16(34, 16, true);
    put(36, "data"); out.setUint32(40, bytes.length * 2, true);
    for (let i = 0; i < bytes.length; ++i) out.setInt16(44 + 2 * i, linear[bytes.charCodeAt(i)], true);
    return new Blob([out], { type: "audio/wav" });
  };

  const start = () => audio.play().catch((error) => {
    if (error.name === "AbortError") return;  // somebody chose another call meanwhile
    $("no-audio").textContent = `It cannot be played here: ${error.message}`;
    $("no-audio").hidden = false;
  });

  const WIDE = 1000, LANE = 70;  // units of the picture of the tracks
  const wavePath = (base64, middle, ms, total) => {
    const peaks = atob(base64), n = peaks.length, up = [], down = [];
    for (let i = 0; i < n; ++i) {
      const x = ((i + 0.5) / n) * (ms / total) * WIDE, h = Math.sqrt(peaks.charCodeAt(i) / 255) * (LANE / 2 - 2) + 0.4;
      up.push(`${x.toFixed(1)} ${(middle - h).toFixed(1)}`);
      down.push(`${x.toFixed(1)} ${(middle + h).toFixed(1)}`);
    }
    return n ? `M${up.join("L")}L${down.reverse().join("L")}Z` : "";
  };
  const drawTracks = (log, recording) => {
    const total = Math.max(log.duration_s * 1000, recording ? recording.ms : 0, 1);
    const x = (ms) => (Math.min(Math.max(ms, 0), total) / total) * WIDE;
    const w = (from, to) => Math.max(1.5, x(to) - x(from));
    const lanes = { user: 2, assistant: LANE + 12 };
    const picture = svg("svg", { viewBox: `0 0 ${WIDE} ${2 * LANE + 30}`, preserveAspectRatio: "none", role: "img",
      "aria-label": "Two tracks, the caller above and the agent below; what was said and when follows as a list" });
    for (const y of Object.values(lanes)) picture.append(svg("rect", { x: 0, y, width: WIDE, height: LANE, class: "lane" }));
    for (const line of log.transcript) {
      const end = line.interrupted && line.heard_ms !== undefined ? Math.min(line.end_ms, line.start_ms + line.heard_ms) : line.end_ms;
      picture.append(svg("rect", { x: x(line.start_ms), y: lanes[line.role] + 1, width: w(line.start_ms, end), height: LANE - 2,
        class: `speech ${line.role === "user" ? "caller" : "agent"}${recording ? "" : " only"}` }, `${clock(line.start_ms)} ${line.text}`));
    }
    if (recording) {
      picture.append(svg("path", { d: wavePath(recording.caller, lanes.user + LANE / 2, recording.ms, total), class: "wave caller" }));
      picture.append(svg("path", { d: wavePath(recording.agent, lanes.assistant + LANE / 2, recording.ms, total), class: "wave agent" }));
    }
    for (const t of log.turns) picture.append(svg("rect", { x: x(t.user_end_ms), y: LANE + 3, width: w(t.user_end_ms, t.first_audio_ms), height: 8,
      class: `wait${t.latency_ms > SLOW ? " slow" : ""}` }, `answered after ${seconds(t.latency_ms)}`));
    for (const f of log.functions) picture.append(svg("rect", { x: x(f.start_ms || 0), y: 2 * LANE + 15, width: Math.max(5, w(f.start_ms || 0, (f.start_ms || 0) + f.ms)), height: 12,
      class: "tool" }, `${f.name}: ${seconds(f.ms)}`));
    for (const e of log.events) {
      if (e.what === "barge-in") picture.append(svg("line", { x1: x(e.at_ms), x2: x(e.at_ms), y1: 0, y2: 2 * LANE + 14, class: "cut", "vector-effect": "non-scaling-stroke" }, `${clock(e.at_ms)} the caller interrupted`));
      if (e.what === "reconnect") { const gap = parseInt(e.detail, 10) || 0; picture.append(svg("rect", { x: x(e.at_ms - gap), y: lanes.assistant, width: w(e.at_ms - gap, e.at_ms), height: LANE, class: "gone" }, `without the model for ${seconds(gap)}`)); }
    }
    for (const e of log.errors) picture.append(svg("line", { x1: x(e.at_ms), x2: x(e.at_ms), y1: 2 * LANE + 14, y2: 2 * LANE + 30, class: "error", "vector-effect": "non-scaling-stroke" }, `${clock(e.at_ms)} ${e.what}`));
    const now = svg("line", { x1: 0, x2: 0, y1: 0, y2: 2 * LANE + 30, class: "now", "vector-effect": "non-scaling-stroke" });
    picture.append(now);
    picture.addEventListener("click", (event) => {
      const box = picture.getBoundingClientRect();
      seek(((event.clientX - box.left) / box.width) * total);
    });
    $("tracks").replaceChildren(picture);
    return { total, move: (ms) => { now.setAttribute("x1", x(ms)); now.setAttribute("x2", x(ms)); } };
  };
  const legend = (log) => {
    const entry = (className, text) => {
      const s = svg("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" });
      s.append(/cut|error/.test(className) ? svg("line", { x1: 5, x2: 5, y1: 0, y2: 10, class: className }) : svg("rect", { width: 10, height: 10, class: className }));
      return el("li", {}, s, text);
    };
    const has = (what) => log.events.some((e) => e.what === what);
    return [entry("wave caller", "caller (left)"), entry("wave agent", "agent (right)"),
      log.turns.length ? entry("wait", "waiting for the answer") : null,
      has("barge-in") ? entry("cut", "interruption") : null, log.functions.length ? entry("tool", "function") : null,
      has("reconnect") ? entry("gone", "without the model") : null, log.errors.length ? entry("error", "error") : null].filter(Boolean);
  };

  // Lines, functions, events and errors in the order of their times.
  const storyOf = (log) => {
    const story = [];
    log.transcript.forEach((l) => story.push({ at: l.start_ms, end: l.end_ms, kind: l.role === "user" ? "caller" : "agent", line: l }));
    log.functions.forEach((f) => story.push({ at: f.start_ms || 0, kind: "tool", fn: f }));
    log.events.forEach((e) => story.push({ at: e.at_ms, kind: "event", event: e }));
    log.errors.forEach((e) => story.push({ at: e.at_ms, kind: "wrong", event: e }));
    return story.map((s, i) => [s, i]).sort((a, b) => a[0].at - b[0].at || a[1] - b[1]).map((p) => p[0]);
  };
  const waitOf = (log, line) => log.turns.find((t) => Math.abs(t.first_audio_ms - line.start_ms) < 400);
  const saidOf = (log, s, names) => {
    if (s.line) {
      const parts = [el("span", { className: "who" }, words(names[s.kind]))];
      const { text, heard = "", interrupted } = s.line;
      if (interrupted && text.startsWith(heard)) parts.push(words(heard), words(text.slice(heard.length), "unheard"));
      else parts.push(words(text));
      if (interrupted) parts.push(el("span", { className: "note" }, ` (interrupted${s.line.heard_ms === undefined ? "" : `, ${seconds(s.line.heard_ms)} heard`})`));
      const turn = s.kind === "agent" && waitOf(log, s.line);
      if (turn) parts.push(el("span", { className: `note${turn.latency_ms > SLOW ? " slow" : ""}` }, ` after\u00a0${seconds(turn.latency_ms)}`));
      return parts;
    }
    if (s.fn) return [el("span", { className: "who" }, "function"), el("code", {}, words(`${s.fn.name}(${JSON.stringify(s.fn.arguments)})`)),
      el("span", { className: "note" }, ` after ${seconds(s.fn.ms)}:`), el("br"), el("code", {}, words(s.fn.result))];
    const what = s.event.detail ? `${s.event.what}: ${s.event.detail}` : s.event.what;
    return [el("span", { className: s.kind === "wrong" ? "wrong" : "note" }, s.kind === "wrong" ? `error, ${what}` : what)];
  };

  let seek = () => {};
  const tick = (ms, total, track) => {
    track.move(ms);
    $("seek").value = ms;
    $("seek").setAttribute("aria-valuetext", `${clock(ms)} of ${clock(total)}`);
    $("clock").textContent = `${clock(ms)} / ${clock(total)}`;
    for (const [s, item] of moving) item.classList.toggle("playing", s.line !== undefined && ms >= s.at && ms < Math.max(s.end, s.at + 300));
  };
  const showCall = (c) => {
    const { log, why } = parsed(`data-${c.n}`);
    const recording = parsed(`audio-${c.n}`);
    release();
    $("title").replaceChildren(`${whenOf(c)} `, words(whoOf(c)), c.about ? ": " : "", words(c.about));
    // When, and with whom, is in the title.
    $("why").replaceChildren(...[["Call", why.happened.replace(/^.*?: /, "")], ["Slow", why.slow], ["Wrong", why.wrong]].flatMap(([k, v]) => [el("dt", {}, k), el("dd", {}, v)]));
    const track = drawTracks(log, recording);
    $("legend").replaceChildren(...legend(log));
    const sound = $(`sound-${c.n}`), playable = Boolean(sound);
    $("play").disabled = !playable;
    $("play").textContent = "Play";
    $("no-audio").textContent = playable ? "" : recording
      ? `Not in this page to keep it small: play ${log.recording} beside the log.`
      : c.recording_problem || (log.recording ? `The recording ${log.recording} is not there.` : "This call was not recorded: the tracks are drawn from its transcript.");
    $("no-audio").hidden = playable;
    $("seek").max = Math.ceil(track.total);
    const names = { caller: c.owner ? "owner" : "caller", agent: c.agent || "agent" };
    moving = storyOf(log).map((s) => {
      const item = el("li", { className: s.kind },
        el("button", { type: "button", className: "at", title: "Go there", onclick: () => seek(s.at, true) }, clock(s.at)),
        el("div", { className: "said", dir: "auto" }, ...saidOf(log, s, names)));
      return [s, item];
    });
    $("transcript").replaceChildren(...moving.map((m) => m[1]));
    $("moments").replaceChildren(...why.moments.map((m) => el("tr", { className: m.wrong ? "wrong" : m.slow ? "slow" : "" },
      el("td", {}, seconds(m.at_ms)), el("td", {}, m.length_ms ? seconds(m.length_ms) : ""), el("td", {}, m.detail ? `${m.what}: ${m.detail}` : m.what))));
    $("missing").textContent = why.missing.length ? `Not on record: ${why.missing.join(", ")}.` : "";
    if (playable) { url = URL.createObjectURL(wavOf(sound.textContent)); audio.src = url; }
    seek = (ms, play) => {
      if (playable) { audio.currentTime = ms / 1000; if (play && audio.paused) start(); }
      tick(ms, track.total, track);
    };
    audio.onplay = () => { $("play").textContent = "Pause"; follow(); };
    audio.onpause = () => { $("play").textContent = "Play"; };
    const follow = () => {
      if (audio.paused) return;
      tick(audio.currentTime * 1000, track.total, track);
      requestAnimationFrame(follow);
    };
    tick(0, track.total, track);
    $("hint").hidden = true;
    $("shown").hidden = false;
  };
  const route = () => {
    const chosen = bySid.get(location.hash.slice(1));
    const fresh = chosen !== current;
    current = chosen || null;
    document.body.classList.toggle("one", Boolean(chosen));
    if (fresh) showList();
    if (!chosen) { release(); $("shown").hidden = true; $("hint").hidden = false; return; }
    if (fresh) { showCall(chosen); $("call").focus({ preventScroll: true }); if (narrow.matches) scrollTo(0, 0); }
  };

  $("play").onclick = () => (audio.paused ? start() : audio.pause());
  $("seek").oninput = () => seek(Number($("seek").value));
  $("search").oninput = search;
  $("more").onclick = () => { const first = shownRows; shownRows += PAGE; showList(); $("calls").children[first].firstChild.focus(); };
  addEventListener("hashchange", route);
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "range";
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !typing) {
      event.preventDefault();
      if (narrow.matches) { location.hash = ""; route(); }
      $("search").focus();
    }
    if (event.key === " " && !typing && !/^(BUTTON|A|SUMMARY)$/.test(event.target.tagName) && !$("play").disabled && current) { event.preventDefault(); $("play").click(); }
    if (event.key === "Escape" && !typing && current) location.hash = "";
    const step = { j: 1, k: -1 }[event.key];
    if (step && !typing && found.length) {
      const next = found[Math.min(found.length - 1, Math.max(0, found.indexOf(current) + step))];
      if (found.indexOf(next) >= shownRows) { shownRows = found.indexOf(next) + PAGE; showList(); }
      location.hash = next.call_sid;
    }
  });

  const total = calls.reduce((sum, c) => sum + c.duration_s * 1000, 0);
  $("totals").textContent = `${plural(calls.length, "call")}, ${span(total)}, until ${index.generated_at.slice(0, 16).replace("T", " ")}.`;
  plotLatency();
  plotCost();
  plotBudget();
  showList();
  route();
})();
