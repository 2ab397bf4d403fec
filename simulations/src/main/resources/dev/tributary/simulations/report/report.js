'use strict';
// Draws the plots of a run from the JSON beside it. No library, no network; text is only ever set as text.
const run = JSON.parse(document.getElementById('run').textContent);
const rounds = run.rounds;
const evaluated = rounds.filter(r => r.accuracy !== null);
const SVG = 'http://www.w3.org/2000/svg';

// ---- words and numbers -------------------------------------------------------------------------------------------
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const unitOf = bytes => Math.max(0, Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
const short = (value, digits = 3) => value === null ? '–' : String(Number(value.toPrecision(digits)));
const bytes = value => short(value / 1000 ** unitOf(value)) + ' ' + UNITS[unitOf(value)];
const percent = value => value === null ? '–' : (100 * value).toFixed(1) + ' %';
const plural = (count, word) => count.toLocaleString('en') + ' ' + word + (count === 1 ? '' : 's');
const seconds = value => value === null ? '–' : value < 100 ? value.toFixed(1) + ' s' : Math.floor(value / 60) + ':' + String(Math.floor(value % 60)).padStart(2, '0') + ' min';

// ---- elements ----------------------------------------------------------------------------------------------------
function add(parent, name, attributes = {}, text) {
  const node = parent.namespaceURI === SVG || name === 'svg' ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return parent.appendChild(node);
}
const color = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
const drawings = [];

/** A figure that is drawn again when its width or the colours change. */
function figure(title, subtitle, wide, draw, legend = []) {
  const box = add(document.getElementById('plots'), 'figure', wide ? { class: 'wide' } : {});
  const caption = add(box, 'figcaption', {}, title);
  add(caption, 'small', {}, subtitle);
  const stage = add(box, 'div', {});
  if (legend.length) {
    const list = add(box, 'ul', { class: 'legend' });
    for (const [name, variable] of legend) {
      const item = add(list, 'li');
      add(item, 'i', { style: 'background: var(--' + variable + ')' + (variable === 'none' ? '; border-color: var(--line)' : '') });
      item.append(name);
    }
  }
  let width = 0;
  const redraw = () => { stage.replaceChildren(); draw(stage, width, title); };
  new ResizeObserver(() => {
    const now = Math.floor(stage.clientWidth);
    if (now !== width && now > 0) { width = now; redraw(); }
  }).observe(stage);
  drawings.push(() => width > 0 && redraw());
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawings.forEach(draw => draw()));

/** The smallest of 1, 2, 5, 10, 20... that is at least `step`. */
function niceStep(step) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, step)));
  return [1, 2, 5, 10].find(m => m * power >= step) * power;
}
/** Round numbers that span [low, high], about `count` of them. */
function ticks(low, high, count) {
  const raw = (high - low) / Math.max(1, count) || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find(m => m * power >= raw * 0.999);
  const all = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) all.push(Number((i * step).toPrecision(12)));
  return all;
}
const wholeTicks = (low, high, count) => ticks(low, high, count).filter(Number.isInteger);

/** Axes and a plotting area: x and y map data to pixels. */
function frame(stage, width, title, o) {
  const height = o.height || 250;
  const longest = Math.max(...o.yTicks.map(t => o.yFormat(t).length));
  const left = Math.max(44, 30 + 7 * longest), right = 14, top = 10, bottom = 40;
  const svg = add(stage, 'svg', { viewBox: `0 0 ${width} ${height}`, height, role: 'img', 'aria-label': title + '. ' + (o.description || '') });
  const x = v => left + (width - left - right) * (o.xMax === o.xMin ? 0.5 : (v - o.xMin) / (o.xMax - o.xMin));
  const y = v => height - bottom - (height - bottom - top) * (v - o.yMin) / (o.yMax - o.yMin || 1);
  for (const t of o.yTicks) {
    if (o.grid !== false) add(svg, 'line', { class: 'grid', x1: left, x2: width - right, y1: y(t), y2: y(t) });
    add(svg, 'text', { x: left - 7, y: y(t) + 4, 'text-anchor': 'end' }, o.yFormat(t));
  }
  for (const t of o.xTicks) add(svg, 'text', { x: x(t), y: height - bottom + 16, 'text-anchor': 'middle' }, o.xFormat ? o.xFormat(t) : t.toLocaleString('en'));
  add(svg, 'line', { class: 'axis', x1: left, x2: width - right, y1: height - bottom, y2: height - bottom });
  add(svg, 'text', { x: (left + width - right) / 2, y: height - 6, 'text-anchor': 'middle' }, o.xLabel);
  add(svg, 'text', { transform: `translate(12 ${(top + height - bottom) / 2}) rotate(-90)`, 'text-anchor': 'middle' }, o.yLabel);
  return { svg, x, y, left, right: width - right, top, bottom: height - bottom, width, height };
}

/** A box of text that follows the pointer. `lines(point)` gives [text, colour] pairs, or null for nothing. */
function tip(stage, svg, lines) {
  const box = stage.parentElement;
  let shown = null;
  const hide = () => { if (shown) shown.remove(); shown = null; };
  svg.addEventListener('pointerleave', hide);
  svg.addEventListener('pointermove', event => {
    const area = svg.getBoundingClientRect();
    const content = lines(event.clientX - area.left, event.clientY - area.top);
    hide();
    if (!content) return;
    shown = add(box, 'div', { class: 'tip' });
    for (const [text, variable] of content) {
      const line = add(shown, 'div');
      if (variable) add(line, 'i', { style: 'background: var(--' + variable + ')' });
      line.append(text);
    }
    const outer = box.getBoundingClientRect();
    const left = event.clientX - outer.left + 14;
    shown.style.left = Math.max(4, left + shown.offsetWidth > outer.width - 6 ? left - shown.offsetWidth - 26 : left) + 'px';
    shown.style.top = Math.max(4, event.clientY - outer.top - shown.offsetHeight / 2) + 'px';
  });
}

// ---- lines over rounds -------------------------------------------------------------------------------------------
function lines(title, subtitle, o) {
  const points = o.points;
  if (!points.length) return;
  const series = o.series;
  figure(title, subtitle, o.wide, (stage, width) => {
    const all = series.flatMap(s => points.map(s.value)).filter(v => v !== null && Number.isFinite(v)).concat(o.target === undefined ? [] : [o.target]);
    if (!all.length) { add(stage, 'p', {}, 'No finite value was measured.'); return; }
    let low = o.fromZero ? 0 : Math.min(...all), high = Math.max(...all);
    const margin = (high - low || Math.abs(high) || 1) * 0.06;
    if (!o.fromZero) low = Math.max(o.floor === undefined ? -Infinity : o.floor, low - margin);
    high = Math.min(o.ceiling === undefined ? Infinity : o.ceiling, high + margin);
    if (high <= low) high = low + 1;
    const first = points[0].round, last = points[points.length - 1].round;
    const f = frame(stage, width, title, {
      xMin: first, xMax: last, yMin: low, yMax: high, yTicks: ticks(low, high, 5), yFormat: o.format,
      xTicks: wholeTicks(first, last, Math.max(3, Math.min(10, width / 70))), xLabel: 'round', yLabel: o.label,
      description: series.map(s => `${s.name}: ${o.tip(s.value(points[0]))} after round ${first}, ${o.tip(s.value(points[points.length - 1]))} after round ${last}`).join('; '),
    });
    if (o.target !== undefined) {
      add(f.svg, 'line', { class: 'target', x1: f.left, x2: f.right, y1: f.y(o.target), y2: f.y(o.target) });
      add(f.svg, 'text', { class: 'target-name', x: f.left + 4, y: f.y(o.target) - 5 }, 'target ' + o.tip(o.target));
    }
    for (const s of series) {
      const known = points.filter(p => s.value(p) !== null && Number.isFinite(s.value(p)));
      const path = known.map((p, i) => (i ? 'L' : 'M') + f.x(p.round).toFixed(1) + ' ' + f.y(s.value(p)).toFixed(1)).join('');
      if (s.fill && known.length > 1) add(f.svg, 'path', { d: path + `L${f.x(known[known.length - 1].round)} ${f.bottom}L${f.x(known[0].round)} ${f.bottom}Z`, fill: `var(--${s.color})`, opacity: 0.1 });
      add(f.svg, 'path', { d: path, fill: 'none', stroke: `var(--${s.color})`, 'stroke-width': 2, 'stroke-linejoin': 'round' });
      if (known.length <= 30 && series.length <= 2) for (const p of known) add(f.svg, 'circle', { cx: f.x(p.round), cy: f.y(s.value(p)), r: 2.8, fill: `var(--${s.color})` });
    }
    const cursor = add(f.svg, 'line', { class: 'cursor', y1: f.top, y2: f.bottom, visibility: 'hidden' });
    f.svg.addEventListener('pointerleave', () => cursor.setAttribute('visibility', 'hidden'));
    tip(stage, f.svg, px => {
      const near = points.reduce((a, b) => Math.abs(f.x(b.round) - px) < Math.abs(f.x(a.round) - px) ? b : a);
      cursor.setAttribute('x1', f.x(near.round)); cursor.setAttribute('x2', f.x(near.round)); cursor.setAttribute('visibility', 'visible');
      return [['round ' + near.round]].concat(series.map(s => [(series.length > 1 ? s.name + ' ' : '') + o.tip(s.value(near)), series.length > 1 ? s.color : null]));
    });
  }, series.length > 1 ? series.map(s => [s.name, s.color]) : []);
}

// ---- pictures of many cells --------------------------------------------------------------------------------------
/** An image of columns by rows cells; `paint(column, row)` gives [r, g, b]. */
function cells(columns, rows, paint) {
  const canvas = document.createElement('canvas');
  canvas.width = columns; canvas.height = rows;
  const context = canvas.getContext('2d');
  const pixels = context.createImageData(columns, rows);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at += 4) {
      const [r, g, b] = paint(column, row);
      pixels.data[at] = r; pixels.data[at + 1] = g; pixels.data[at + 2] = b; pixels.data[at + 3] = 255;
    }
  }
  context.putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}
function rgb(name) {
  const hex = color(name).replace('#', '');
  return [0, 2, 4].map(at => parseInt(hex.slice(at, at + 2), 16));
}
const mix = (from, to, part) => from.map((v, i) => Math.round(v + (to[i] - v) * part));

/** A picture in a frame: cell (column, row) lies at x = firstColumn + column, y = row from the top. */
function picture(title, subtitle, o) {
  figure(title, subtitle, true, (stage, width) => {
    const height = Math.max(170, Math.min(460, 56 + o.rows * (o.cellHeight || 12)));
    const every = niceStep(o.rows / Math.max(2, Math.floor((height - 56) / 16)));
    const labelled = [...Array(o.rows).keys()].filter(row => row % every === 0);
    const f = frame(stage, width, title, {
      height, grid: false, xMin: o.firstColumn - 0.5, xMax: o.firstColumn + o.columns - 0.5, yMin: 0, yMax: o.rows,
      yTicks: labelled.map(row => o.rows - row - 0.5), yFormat: t => o.rowName(Math.floor(o.rows - t)),
      xTicks: wholeTicks(o.firstColumn, o.firstColumn + o.columns - 1, Math.max(3, Math.min(20, width / 60))), xLabel: o.xLabel, yLabel: o.yLabel,
      description: subtitle,
    });
    add(f.svg, 'image', { x: f.left, y: f.top, width: f.right - f.left, height: f.bottom - f.top, preserveAspectRatio: 'none', href: cells(o.columns, o.rows, o.paint()) });
    const cellWidth = (f.right - f.left) / o.columns, cellHeight = (f.bottom - f.top) / o.rows;
    if (cellWidth >= 6 && cellHeight >= 6) {
      for (let c = 1; c < o.columns; c++) add(f.svg, 'line', { x1: f.left + c * cellWidth, x2: f.left + c * cellWidth, y1: f.top, y2: f.bottom, stroke: 'var(--card)' });
      for (let r = 1; r < o.rows; r++) add(f.svg, 'line', { x1: f.left, x2: f.right, y1: f.top + r * cellHeight, y2: f.top + r * cellHeight, stroke: 'var(--card)' });
    }
    tip(stage, f.svg, (px, py) => {
      const column = Math.floor((px - f.left) / cellWidth), row = Math.floor((py - f.top) / cellHeight);
      return column < 0 || row < 0 || column >= o.columns || row >= o.rows ? null : o.tip(column, row).map(text => [text]);
    });
  }, o.legend || []);
}

// ---- the plots ---------------------------------------------------------------------------------------------------
const target = Number(run.summary.settings.targetAccuracy);
lines('Accuracy', 'of the global model on the test rows', {
  points: evaluated, label: 'accuracy, %', format: t => short(100 * t), tip: percent, floor: 0, ceiling: 1,
  target: Number.isFinite(target) ? target : undefined, series: [{ name: 'accuracy', color: 'c0', value: r => r.accuracy, fill: true }],
});
lines('Loss', 'mean of a test row under the global model', {
  points: evaluated, label: 'loss, nats', format: t => short(t), tip: v => short(v, 4), floor: 0, series: [{ name: 'loss', color: 'c3', value: r => r.loss, fill: true }],
});

const classes = run.classNames;
let up = 0, down = 0;
const traffic = rounds.map(r => ({ round: r.round, up: up += r.bytesUp, down: down += r.bytesDown }));
const scale = 1000 ** unitOf(Math.max(up, down));
lines('Bytes on the wire', `of all devices together, summed over the rounds: ${bytes(up)} up, ${bytes(down)} down`, {
  points: traffic, wide: classes.length > 20, label: UNITS[unitOf(Math.max(up, down))] + ' so far', format: t => short(t / scale), tip: bytes, fromZero: true,
  series: [{ name: 'up (updates)', color: 'c1', value: r => r.up }, { name: 'down (models)', color: 'c0', value: r => r.down }],
});

const last = evaluated[evaluated.length - 1];
if (last && last.f1.length) {
  const rows = classes.length;
  const told = classes.map((c, i) => c + ' ' + percent(last.f1[i])).join(', ');
  if (rows > 20) figure('F1 by class, final model', `macro average ${percent(last.macroF1)}`, true, (stage, width, title) => {
    const f = frame(stage, width, title, {
      height: 230, xMin: -0.5, xMax: rows - 0.5, yMin: 0, yMax: 1, yTicks: [0, 0.25, 0.5, 0.75, 1], yFormat: t => String(100 * t), yLabel: 'F1, %',
      xTicks: [...Array(rows).keys()].filter(i => i % Math.ceil(rows * 15 / width) === 0), xFormat: i => classes[i].length > 2 ? classes[i].slice(0, 1) + '…' : classes[i], xLabel: 'class', description: told,
    });
    const step = (f.right - f.left) / rows;
    classes.forEach((name, i) => add(f.svg, 'rect', { x: f.left + i * step + step * 0.12, y: f.y(last.f1[i]), width: step * 0.76, height: f.bottom - f.y(last.f1[i]), fill: 'var(--c0)' }));
    tip(stage, f.svg, px => { const i = Math.floor((px - f.left) / step); return i < 0 || i >= rows ? null : [['class ' + classes[i]], ['F1 ' + percent(last.f1[i])]]; });
  });
  else figure('F1 by class, final model', `macro average ${percent(last.macroF1)}`, false, (stage, width, title) => {
    const height = Math.max(250, 50 + rows * 15), longest = Math.max(...classes.map(c => c.length));
    const left = Math.min(width * 0.35, 34 + 7 * longest), bottom = height - 40, step = (bottom - 10) / rows;
    const svg = add(stage, 'svg', { viewBox: `0 0 ${width} ${height}`, height, role: 'img', 'aria-label': title + '. ' + told });
    const x = v => left + (width - left - 50) * v;
    for (const t of [0, 0.25, 0.5, 0.75, 1]) {
      add(svg, 'line', { class: 'grid', x1: x(t), x2: x(t), y1: 10, y2: bottom });
      add(svg, 'text', { x: x(t), y: bottom + 16, 'text-anchor': 'middle' }, 100 * t);
    }
    classes.forEach((name, i) => {
      add(svg, 'rect', { x: x(0), y: 10 + i * step + step * 0.15, width: Math.max(0.5, x(last.f1[i]) - x(0)), height: step * 0.7, rx: 2, fill: `var(--c${rows > 12 ? 0 : i % 12})` });
      add(svg, 'text', { x: left - 7, y: 14 + (i + 0.5) * step, 'text-anchor': 'end' }, name);
      add(svg, 'text', { x: x(last.f1[i]) + 6, y: 14 + (i + 0.5) * step }, (100 * last.f1[i]).toFixed(1));
    });
    add(svg, 'text', { x: x(0.5), y: height - 6, 'text-anchor': 'middle' }, 'F1, %');
    add(svg, 'text', { transform: `translate(12 ${bottom / 2}) rotate(-90)`, 'text-anchor': 'middle' }, 'class');
  });
  if (rows <= 12) {
    lines('F1 by class over the rounds', 'harmonic mean of precision and recall on the test rows', {
      points: evaluated, wide: true, label: 'F1, %', format: t => short(100 * t), tip: percent, floor: 0, ceiling: 1,
      series: classes.map((name, i) => ({ name, color: 'c' + i, value: r => r.f1[i] })),
    });
  } else {
    const columns = evaluated.length;
    picture('F1 by class over the rounds', 'the stronger the colour, the higher the F1', {
      columns, rows, firstColumn: 1, cellHeight: 8, rowName: row => classes[row], xLabel: 'evaluation', yLabel: 'class',
      paint: () => { const none = rgb('none'), full = rgb('c0'); return (column, row) => mix(none, full, evaluated[column].f1[row]); },
      tip: (column, row) => [`round ${evaluated[column].round}, class ${classes[row]}`, `F1 ${percent(evaluated[column].f1[row])}`],
    });
  }
}

const chosen = rounds.reduce((sum, r) => sum + r.devices + r.dropouts, 0), lost = rounds.reduce((sum, r) => sum + r.dropouts, 0);
const shares = `${plural(chosen - lost, 'update')} and ${plural(lost, 'drop-out')} in ${plural(rounds.length, 'round')}`;
const who = run.participation;
if (who.length) {
  const devices = who[0].length;
  const states = ['not chosen', 'reported', 'dropped out'];
  picture('Participation', shares, {
    columns: who.length, rows: devices, firstColumn: rounds[0].round, cellHeight: devices <= 30 ? 12 : 4,
    rowName: row => String(row), xLabel: 'round', yLabel: 'device',
    paint: () => { const palette = [rgb('none'), rgb('c0'), rgb('c1')]; return (column, row) => palette[who[column].charCodeAt(row) - 48]; },
    tip: (column, row) => [`round ${rounds[0].round + column}, device ${row}`, states[who[column].charCodeAt(row) - 48]],
    legend: [['reported', 'c0'], ['dropped out', 'c1'], ['not chosen', 'none']],
  });
} else {
  lines('Participation', shares, {
    points: rounds, wide: true, label: 'devices', format: t => short(t), tip: v => String(v), fromZero: true,
    series: [{ name: 'reported', color: 'c0', value: r => r.devices }, { name: 'dropped out', color: 'c1', value: r => r.dropouts }],
  });
}

const range = all => [...new Set([Math.min(...all), Math.max(...all)])].map(n => n.toLocaleString('en')).join(' to ');
const counts = run.labelCounts;
if (counts.length) {
  const devices = counts.length, totals = counts.map(c => c.reduce((a, b) => a + b, 0));
  const title = 'Labels on the devices', sizes = `${plural(devices, 'device')} with ${range(totals)} training rows each` + (run.labelDevices > devices ? ` (${devices} shown of ${run.labelDevices.toLocaleString('en')})` : '');
  const number = column => run.labelDevices > devices ? Math.floor(column * run.labelDevices / devices) : column;
  const told = column => ['device ' + number(column) + ', ' + plural(totals[column], 'row')].concat(
    counts[column].map((n, i) => [n, i]).filter(([n]) => n > 0).sort((a, b) => b[0] - a[0]).slice(0, 12).map(([n, i]) => `${classes[i]}: ${n}`));
  if (classes.length <= 12) {
    figure(title, sizes + '; a column is a device, a colour a label', true, (stage, width) => {
      const most = Math.max(...totals);
      const f = frame(stage, width, title, {
        height: 270, xMin: -0.5, xMax: devices - 0.5, yMin: 0, yMax: most, yTicks: ticks(0, most, 5), yFormat: t => t.toLocaleString('en'),
        xTicks: wholeTicks(0, devices - 1, Math.max(3, Math.min(20, width / 60))), xFormat: t => String(number(t)), xLabel: 'device', yLabel: 'training rows', description: sizes,
      });
      const step = (f.right - f.left) / devices, gap = step > 5 ? Math.min(4, step * 0.15) : 0;
      const paths = classes.map(() => '');
      counts.forEach((own, device) => {
        let under = 0;
        own.forEach((n, label) => {
          if (n > 0) paths[label] += `M${(f.left + device * step + gap / 2).toFixed(2)} ${f.y(under).toFixed(2)}h${(step - gap).toFixed(2)}V${f.y(under + n).toFixed(2)}h${(gap - step).toFixed(2)}Z`;
          under += n;
        });
      });
      paths.forEach((d, label) => d && add(f.svg, 'path', { d, fill: `var(--c${label})` }));
      tip(stage, f.svg, px => { const device = Math.floor((px - f.left) / step); return device < 0 || device >= devices ? null : told(device).map((text, i) => [text, i ? 'c' + classes.indexOf(text.slice(0, text.lastIndexOf(':'))) : null]); });
    }, classes.map((name, i) => [name, 'c' + i]));
  } else {
    const most = Math.max(1, ...counts.map(c => Math.max(...c)));
    picture(title, sizes + `; the stronger the colour, the more, up to ${most.toLocaleString('en')} rows of a class (square root scale)`, {
      columns: devices, rows: classes.length, firstColumn: 0, cellHeight: 8, rowName: row => classes[row], xLabel: 'device', yLabel: 'class',
      paint: () => { const none = rgb('none'), full = rgb('c0'); return (column, row) => mix(none, full, Math.sqrt(counts[column][row] / most)); },
      tip: (column, row) => [`device ${number(column)}, class ${classes[row]}`, plural(counts[column][row], 'row') + ' of ' + totals[column].toLocaleString('en')],
    });
  }
}

// ---- words, tables -----------------------------------------------------------------------------------------------
const s = run.summary;
document.getElementById('subtitle').textContent = run.description || `${s.settings.data || ''} · ${s.settings.partition || ''}`;
for (const [name, value] of [
  ['accuracy', percent(s.accuracy)], ['macro F1', percent(s.macroF1)], ['loss', short(s.loss)], ['rounds', s.rounds.toLocaleString('en')],
  ['devices', s.devices.toLocaleString('en')], ['up', bytes(s.bytesUp)], ['down', bytes(s.bytesDown)], ['time', seconds(s.seconds)],
]) {
  const box = add(document.getElementById('figures'), 'div', { class: 'figure' });
  add(box, 'b', {}, value);
  add(box, 'span', {}, name);
}
for (const [key, value] of Object.entries(s.settings)) {
  if (key === 'description') continue;
  const row = add(document.getElementById('settings'), 'tr');
  add(row, 'th', { scope: 'row' }, key);
  add(row, 'td', {}, value);
}
const table = document.getElementById('rounds'), head = add(add(table, 'thead'), 'tr'), body = add(table, 'tbody');
for (const name of ['round', 'devices', 'drop-outs', 'loss', 'accuracy', 'macro F1', 'up', 'down', 'seconds']) add(head, 'th', { scope: 'col' }, name);
for (const r of rounds) {
  const row = add(body, 'tr');
  for (const text of [r.round, r.devices, r.dropouts, short(r.loss, 4), percent(r.accuracy), percent(r.macroF1), bytes(r.bytesUp), bytes(r.bytesDown), r.seconds.toFixed(2)]) add(row, 'td', {}, text);
}
const foot = document.getElementById('footer');
foot.append('Model SHA-256 ');
add(foot, 'code', {}, s.modelDigest);
document.querySelectorAll('.scroll').forEach(box => box.setAttribute('tabindex', '0'));
