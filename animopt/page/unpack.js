// What packing.py has packed: compressed JSON, and bytes that it refers to and that become arrays of numbers again.

const bytes = new Uint8Array(await new Response(
  new Blob([Uint8Array.from(atob(document.getElementById("data").textContent), (letter) => letter.charCodeAt(0))])
    .stream().pipeThrough(new DecompressionStream("deflate")),
).arrayBuffer());
const start = 4 + new DataView(bytes.buffer).getUint32(0, true);

// An array of numbers, or one for each column.
function numbers({ $: at, rows, columns, size, turns, floats, low, width }) {
  const count = rows * Math.max(columns, 1), codes = new { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[size](count);
  for (let part = 0; part < size; part++) {
    for (let i = 0; i < count; i++) codes[i] |= bytes[start + at + part * count + i] << (8 * part);
  }
  const found = Array.from({ length: Math.max(columns, 1) }, (_, column) => {
    const own = codes.subarray(column * rows, (column + 1) * rows), most = 256 ** size - 2;
    for (let turn = 0; turn < turns; turn++) {
      for (let i = 1; i < rows; i++) own[i] += own[i - 1];
    }
    if (floats) return Float64Array.from(new Float32Array(own.buffer, own.byteOffset, rows), (value) => value + (low?.[column] ?? 0));
    return low ? Float64Array.from(own, (code) => (code > most ? NaN : low[column] + code * width[column] / most)) : own;
  });
  return columns ? found : found[0];
}

const data = JSON.parse(new TextDecoder().decode(bytes.subarray(4, start)), (_, value) => (value?.$ === undefined ? value : numbers(value)));
