/** What the end of a line does not part: a one-letter word from the next, a number from what it counts. */
export function together(text) {
  return text.replace(/(?<![\S])(\p{L}|\d{1,2}) (?=[\p{L}\d])/gu, "$1\u00a0");
}
