/** An e-mail address split after the @, where a line may break. */
export function halves(email) {
  const at = email.lastIndexOf("@") + 1;
  return [email.slice(0, at), email.slice(at)];
}
