// The choice of the page's language; each is named in itself.
import { choose, LANGUAGES, type Language, language, text } from "../text/language";

type Props = { onChoose?(language: Language): Promise<void> };

export function LanguageField({ onChoose = choose }: Props) {
  const change = async (event: Event) => {
    const select = event.currentTarget as HTMLSelectElement;
    try {
      await onChoose(select.value as Language);
    } catch {
      // It could not be loaded: the page goes on as before.
      select.value = language.peek();
    }
  };
  return (
    <div class="language">
      <label for="language">{text.value.frame.language}</label>
      <select id="language" value={language.value} onChange={(event) => void change(event)}>
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <option key={tag} value={tag} lang={tag} selected={tag === language.value}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
