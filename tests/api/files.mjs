// Files that people hold, made byte by byte: credit codes, CSV rows, zip and .xlsx, good and hostile.
import zlib from "node:zlib";

// A credit code (GB 32100) with its right check character, different for every n.
const letters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
export function creditCode(n) {
  const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
  const body = "91370100" + n.toString(10).padStart(9, "0");
  const sum = [...body].reduce((total, c, i) => total + letters.indexOf(c) * weights[i], 0);
  return body + letters[(31 - (sum % 31)) % 31];
}

export const csv = (rows) => rows.map((row) => row.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",") + "\r\n").join("");

// Rows of a CSV as spreadsheets read it (RFC 4180).
export function parseCsv(text) {
  const rows = [[]];
  const cell = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|\n|\r|$)/gy;
  text = text.replace(/^\ufeff/, "");
  while (cell.lastIndex < text.length) {
    const [, raw, end] = cell.exec(text);
    rows.at(-1).push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end !== ",") rows.push([]);
    if (end === "") break;
  }
  return rows.filter((row) => row.length > 0);
}

// Builds a zip. An entry is { name, data, deflated?, method?, flags?, size?, attributes? }; the last four are for lies.
export function zip(entries) {
  const parts = [];
  const central = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const data = Buffer.from(entry.data ?? "");
    const packed = entry.deflated ?? zlib.deflateRawSync(data);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(entry.flags ?? 0x800, 6);
    head.writeUInt16LE(entry.method ?? 8, 8);
    head.writeUInt32LE(entry.crc ?? zlib.crc32?.(data) ?? crc32(data), 14);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(entry.size ?? data.length, 22);
    head.writeUInt16LE(name.length, 26);
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(0x031e, 4);
    head.copy(record, 6, 4, 30);
    record.writeUInt32LE((entry.attributes ?? 0x81a40000) >>> 0, 38);
    record.writeUInt32LE(offset, 42);
    parts.push(head, name, packed);
    central.push(record, name);
    offset += head.length + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(entries.length, 0xffff), 8);
  end.writeUInt16LE(Math.min(entries.length, 0xffff), 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}

function crc32(data) {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let i = 0; i < 8; ++i) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

const escapeXml = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const column = (i) => (i >= 26 ? column(Math.floor(i / 26) - 1) : "") + String.fromCharCode(65 + (i % 26));

// The parts of a workbook with one sheet of text cells, and what `change` makes of them.
export function xlsxParts(rows) {
  const sheet = rows.map((row, r) => `<row r="${r + 1}">${row.map((cell, c) => (cell === "" ? "" : `<c r="${column(c)}${r + 1}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`)).join("")}</row>`).join("");
  return [
    { name: "[Content_Types].xml", data: '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>' },
    { name: "_rels/.rels", data: '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>' },
    { name: "xl/workbook.xml", data: '<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>' },
    { name: "xl/_rels/workbook.xml.rels", data: '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>' },
    { name: "xl/worksheets/sheet1.xml", data: `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${sheet}</sheetData></worksheet>` },
  ];
}
export const xlsx = (rows) => zip(xlsxParts(rows));
export const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

// The contents of a zip: name → bytes, by its central directory.
export function unzip(bytes) {
  const files = {};
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < bytes.readUInt16LE(end + 10); ++i) {
    const size = bytes.readUInt32LE(at + 20);
    const [nameLength, extra, comment] = [28, 30, 32].map((o) => bytes.readUInt16LE(at + o));
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(from, from + size);
    files[bytes.toString("utf8", at + 46, at + 46 + nameLength)] = bytes.readUInt16LE(at + 10) === 8 ? zlib.inflateRawSync(data) : data;
    at += 46 + nameLength + extra + comment;
  }
  return files;
}

// Rows of the first sheet, as text.
export function parseXlsx(bytes) {
  const files = unzip(bytes);
  const unescape = (text) => text.replace(/&(lt|gt|quot|apos|amp|#(x?)([0-9a-fA-F]+));/g, (all, name, hex, number) => ({ lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" })[name] ?? String.fromCodePoint(parseInt(number, hex ? 16 : 10)));
  const texts = (xml) => unescape([...xml.matchAll(/<t(?: [^>]*)?>([^<]*)<\/t>/g)].map((m) => m[1]).join(""));
  const shared = [...(files["xl/sharedStrings.xml"]?.toString() ?? "").matchAll(/<si>(.*?)<\/si>/gs)].map((m) => texts(m[1]));
  const sheet = files["xl/worksheets/sheet1.xml"].toString();
  return [...sheet.matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map((row) => {
    const cells = [];
    for (const [, ref, rest, inner] of (row[1] ?? "").matchAll(/<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const at = [...ref].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;
      const value = /<v>([^<]*)<\/v>/.exec(inner ?? "")?.[1];
      while (cells.length < at) cells.push("");
      cells[at] = /t="s"/.test(rest) ? shared[Number(value)] : value !== undefined ? unescape(value) : texts(inner ?? "");
      if (/<f[ >]/.test(inner ?? "")) cells[at] = "FORMULA:" + cells[at];
    }
    return cells;
  });
}
