/** An e-mail address in two halves: a line may end after the @, and not in the middle of a name. */
export function halves(email) {
  const at = email.lastIndexOf("@") + 1;
  return [email.slice(0, at), email.slice(at)];
}
