/** Ten codes, to be printed or copied while they can be seen. */
export function recoveryCodes() {
  return {
    said: "",
    print() {
      window.print();
    },
    async copy() {
      const { sayCopied, sayFailed } = this.$refs.said.dataset;
      const codes = [...this.$refs.codes.children].map((code) => code.textContent);
      try {
        await navigator.clipboard.writeText(codes.join("\n"));
        this.said = sayCopied;
      } catch {
        this.said = sayFailed;
      }
    },
  };
}
