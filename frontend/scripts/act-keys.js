/**
 * Single keys for what can be done on the page, where its links name them (`aria-keyshortcuts`), and
 * Esc for the way back from a form. In a field every key is a letter.
 */
const TYPING = "input, select, textarea, [contenteditable]";

function linkFor({ key }) {
  if (key === "Escape")
    return (
      document.querySelector("#acts [data-escape]") ?? document.querySelector("#main [data-escape]")
    );
  if (!/^[a-z]$/i.test(key)) return null;
  return document.querySelector(`#acts [aria-keyshortcuts="${key.toLowerCase()}"]`);
}

document.addEventListener("keydown", (event) => {
  const { altKey, ctrlKey, metaKey, repeat, target } = event;
  if (altKey || ctrlKey || metaKey || repeat || target.closest?.(TYPING)) return;
  const link = linkFor(event);
  if (!link) return;
  event.preventDefault();
  link.click();
});
