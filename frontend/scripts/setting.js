/** Typography: no line break after one-letter words and between a number and its unit. */
export function together(text) {
  const words = text.split(" ");
  const joint = (word, next) =>
    /(^|\s)(\p{L}|\d{1,2})$/u.test(word) && /^[\p{L}\d]/u.test(next) ? "\u00a0" : " ";
  return words.reduce((line, word, place) => line + joint(words[place - 1], word) + word);
}

/** Whether a sum has five figures, for which the great type has no room on a phone with wide text. */
export const isLong = (sum) => sum.length > 8;
