// A button that deletes what the browser keeps, once the person has said so in a dialog.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { text } from "../text/language";

type Props = {
  /** The dialog's own, for its title. */
  id: string;
  button: string;
  title: string;
  disabled?: boolean;
  children: ComponentChildren;
  onDelete(): void;
};

export function Delete({ id, button, title, disabled, children, onDelete }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button
        type="button"
        class="button"
        disabled={disabled}
        onClick={() => dialog.current?.showModal()}
      >
        {button}
      </button>
      <dialog ref={dialog} aria-labelledby={id}>
        <h3 id={id}>{title}</h3>
        <p>{children}</p>
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {text.value.keep}
          </button>
          <button
            type="button"
            class="button-primary"
            onClick={() => {
              dialog.current?.close();
              onDelete();
              document.getElementById("merge")?.focus();
            }}
          >
            {text.value.delete}
          </button>
        </div>
      </dialog>
    </>
  );
}
