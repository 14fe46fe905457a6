// The SHA-256 of a merged file: the button that asks for it, and what comes of it.
import { useState } from "preact/hooks";
import { computeChecksum } from "../state/checking";
import { type Checksum as Known, checksums, type Output } from "../state/store";
import { text } from "../text/language";
import { Said } from "./said";

export function Checksum({ output }: { output: Output }) {
  const [copied, setCopied] = useState(false);
  const t = text.value.result;
  const known = checksums.value.get(output.key);
  return (
    <>
      {known?.kind === "hashed" ? (
        <button
          type="button"
          class="button"
          key="button"
          aria-label={t.copySha256Of(output.name)}
          onClick={() => {
            void navigator.clipboard?.writeText(known.sha256).then(() => setCopied(true));
          }}
        >
          {copied ? t.sha256Copied : t.copySha256}
        </button>
      ) : (
        <button
          type="button"
          class="button"
          key="button"
          aria-label={t.sha256Of(output.name)}
          aria-disabled={known?.kind === "hashing"}
          onClick={() => void computeChecksum(output)}
        >
          SHA-256
        </button>
      )}
      <span class="sha256" role="status">
        {told(known)}
      </span>
    </>
  );
}

function told(known: Known | undefined) {
  switch (known?.kind) {
    case undefined:
      return "";
    case "hashing":
      return `${Math.floor(known.done * 10)}0 %`;
    case "hashed":
      return <code>{known.sha256}</code>;
    case "failed":
      return <Said sentence={[({ result }) => result.sha256Failed, known.message]} />;
  }
}
