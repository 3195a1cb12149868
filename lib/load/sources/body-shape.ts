/**
 * A body taken apart: what stays the same in all bodies of its kind, and the values between. `text` with the values
 * put in between its parts is the body again.
 */
export interface BodyShape {
  /** Bodies with the same key differ in their values only. */
  key: string;
  parts: string[];
  /** As they are put into the text; `name` is the field they belong to. */
  values: { name: string; value: string }[];
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Takes a JSON or form body apart at its values; any other body is one part. */
export function bodyShape(body: string, contentType: string): BodyShape {
  // Integers beyond 2^53 would come back rounded.
  if (/\bjson\b/i.test(contentType) && !/[:[,]\s*-?\d{16,}/.test(body)) {
    try {
      return jsonShape(JSON.parse(body));
    } catch {
      return { key: `text ${body}`, parts: [body], values: [] };
    }
  }
  if (/x-www-form-urlencoded/i.test(contentType)) return formShape(body);
  return { key: `text ${body}`, parts: [body], values: [] };
}

function jsonShape(json: Json): BodyShape {
  const parts = [''];
  const values: BodyShape['values'] = [];
  const kinds: string[] = [];
  const add = (text: string) => {
    parts[parts.length - 1] += text;
  };
  const hole = (name: string, value: string, kind: string) => {
    values.push({ name, value });
    kinds.push(kind);
    parts.push('');
  };
  const walk = (value: Json, name: string): void => {
    if (value === null) add('null');
    else if (Array.isArray(value)) {
      add('[');
      value.forEach((item, i) => {
        if (i > 0) add(',');
        walk(item, name);
      });
      add(']');
    } else if (typeof value === 'object') {
      add('{');
      Object.entries(value).forEach(([key, item], i) => {
        add(`${i > 0 ? ',' : ''}${JSON.stringify(key)}:`);
        walk(item, key);
      });
      add('}');
    } else if (typeof value === 'string') {
      // The generator escapes what it puts in, so the value itself is kept unescaped.
      add('"');
      hole(name, value, 's');
      add('"');
    } else hole(name, String(value), 'n');
  };
  walk(json, 'value');
  return { key: `json ${kinds.join('')} ${parts.join('\u0000')}`, parts, values };
}

/** Values stay percent-encoded: then the generator's JSON escaping leaves them as they are. */
function formShape(body: string): BodyShape {
  const pairs = body.split('&').map((pair) => {
    const [name = '', ...rest] = pair.split('=');
    return { name, value: rest.join('='), bare: rest.length === 0 };
  });
  const parts: string[] = [''];
  const values: BodyShape['values'] = [];
  pairs.forEach(({ name, value, bare }, i) => {
    parts[parts.length - 1] += `${i > 0 ? '&' : ''}${name}${bare ? '' : '='}`;
    if (bare) return;
    values.push({ name, value: value.replace(/["\\]|\p{Cc}/gu, encodeURIComponent) });
    parts.push('');
  });
  return { key: `form ${parts.join('\u0000')}`, parts, values };
}
