/** Finds questions of Help by what somebody types: without a server, whatever case, accents and endings. */

// Endings of Polish and Ukrainian words differ from case to case.
const SHORT = 3;
const ENDING = 2;

/** Small letters without accents; marks that people leave out are gone, other ones part words. */
function plain(text) {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\p{M}\u00ad'`´′＇\u02b9-\u02bf\u2018-\u201b\-\u2010\u2011]/gu, "")
    .replace(/ł/g, "l")
    .replace(/ґ/g, "г")
    .replace(/[^\p{L}\p{N}]+/gu, " ");
}

function stem(word) {
  return word.slice(0, Math.max(SHORT, word.length - ENDING));
}

/** How much of what was typed stands in the text, in letters. */
function weigh(text, stems) {
  const found = stems.filter((one) => text.includes(` ${one}`));
  return found.reduce((letters, one) => letters + one.length, 0);
}

/** Show what holds the most of these words, everything when there are none; how many that are. */
export function sift(place, words) {
  const stems = plain(words).trim().split(" ").filter(Boolean).map(stem);
  const questions = [...place.querySelectorAll("[data-question]")];
  const weights = questions.map((one) =>
    weigh(` ${plain(`${one.textContent} ${one.dataset.also ?? ""}`)}`, stems),
  );
  const most = Math.max(...weights);
  const isFound = (weight) => !stems.length || (weight > 0 && weight === most);
  questions.forEach((one, at) => (one.hidden = !isFound(weights[at])));
  for (const topic of place.querySelectorAll("[data-topic]"))
    topic.hidden = !topic.querySelector("[data-question]:not([hidden])");
  return questions.filter((one) => !one.hidden).length;
}
