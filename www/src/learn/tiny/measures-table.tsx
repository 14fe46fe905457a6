// The measures of the models as they are now.
import { learnText } from "../text/language";
import { SHOWN } from "./answers";
import { measured } from "./measures";
import { nameOf, told, valueOf } from "./series";

export function Measured({ names }: { names: readonly string[] }) {
  const text = learnText.value;
  const { tiny: t } = text;
  return (
    <div class="tiny-scroll" role="region" aria-label={t.table} tabIndex={0}>
      <table class="tiny-table">
        <caption>{t.table}</caption>
        <thead>
          <tr>
            <th scope="col">{t.model}</th>
            {names.map((name) => (
              <th key={name} scope="col">
                {nameOf(name, text)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {SHOWN.map((which) => {
            const measures = measured.value[which];
            return (
              <tr key={which} class={`of-${which}`}>
                <th scope="row">{t.models[which]}</th>
                {measures ? (
                  names.map((name) => <td key={name}>{told(name, valueOf(measures, name) ?? Number.NaN)}</td>)
                ) : (
                  <td class="quiet" colSpan={names.length}>
                    {t.pending}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
