/**
 * A form whose answer comes of a passkey: the browser asks its holder for a finger, a face or a PIN,
 * and the form is sent. The question is the server's, in the form's data-options; data-act says
 * whether a passkey is asked ("get") or made ("create").
 */
const READERS = {
  get: "parseRequestOptionsFromJSON",
  create: "parseCreationOptionsFromJSON",
};

export function passkey() {
  return {
    fault: "",
    isBusy: false,
    async ask() {
      const { act, options, sayFailed, sayUnknown } = this.$root.dataset;
      const read = READERS[act];
      if (!window.PublicKeyCredential?.[read]) {
        this.fault = sayUnknown;
        return;
      }
      if (this.isBusy) return;
      Object.assign(this, { isBusy: true, fault: "" });
      try {
        const publicKey = PublicKeyCredential[read](JSON.parse(options));
        const made = await navigator.credentials[act]({ publicKey });
        this.$refs.answer.value = JSON.stringify(made.toJSON());
        this.$root.submit();
      } catch {
        // Refused, too slow, or no passkey of this address: the browser has said which.
        this.fault = sayFailed;
        this.isBusy = false;
      }
    },
  };
}
