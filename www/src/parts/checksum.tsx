// The SHA-256 of a merged file: the button that asks for it, and what comes of it.
import { computeChecksum } from "../state/checking";
import { checksums, type Output } from "../state/store";

export function Checksum({ output }: { output: Output }) {
  const checksum = checksums.value.get(output.key);
  if (checksum?.kind === "hashed") return <Sha256 digits={checksum.sha256} />;
  const hashing = checksum?.kind === "hashing";
  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={`SHA-256 of ${output.name}`}
        aria-disabled={hashing}
        onClick={() => void computeChecksum(output)}
      >
        {hashing ? `SHA-256: ${Math.floor(checksum.done * 100)} %` : "SHA-256"}
      </button>
      {checksum?.kind === "failed" && (
        <span class="warning">The SHA-256 can’t be computed: {checksum.message}</span>
      )}
    </>
  );
}

export function Sha256({ digits }: { digits: string }) {
  return (
    <span class="sha256" role="status">
      <span class="quiet">SHA-256</span> <code>{digits}</code>
    </span>
  );
}
