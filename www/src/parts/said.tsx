// Sentences in the page's language, and among them what others say in English: its language is told, so
// that it is read out and drawn as what it is.
import { foreign } from "../text/language";
import { gap, said, type Sentence, wordsOf } from "../text/sentence";

export function Said({ sentence }: { sentence: Sentence }) {
  if (!foreign.value) return <>{said(sentence)}</>;
  let before = "";
  return (
    <>
      {sentence.map((words, index) => {
        const text = wordsOf(words);
        const space = gap(before);
        before = text;
        return text === words ? (
          <span key={index} lang={foreign.value}>
            {space}
            {text}
          </span>
        ) : (
          space + text
        );
      })}
    </>
  );
}

/** What stands between `backticks` is code. */
export function Coded({ text }: { text: string }) {
  const parts = text.split("`");
  return <>{parts.map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}
