/** Choice between the attached PDF and a link in mails about new invoices. */
import { form } from "../form.js";

export function attachmentChoice() {
  return {
    ...form(),
    async submit() {
      const answer = await this.send(({ attach_pdf }) =>
        this.choose({ attach_pdf: attach_pdf === "yes" }),
      );
      if (answer) await this.fold(this.$root.dataset.saySaved);
    },
  };
}
