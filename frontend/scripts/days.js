/** Days in figures: 27.11.2026 and 27.11; English ones in British order, as 11/12 is ambiguous. */
const { lang } = document.documentElement;

function inFigures(year) {
  const format = { day: "2-digit", month: "2-digit", ...year };
  const days = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, format);
  return (day) => days.format(new Date(`${day.on}T12:00`));
}

export const whole = inFigures({ year: "numeric" });
export const brief = inFigures();
