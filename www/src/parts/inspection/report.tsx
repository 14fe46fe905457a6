// An inspection in charts and a table. Loaded when it is opened: most visitors need none of it.
import { useMemo, useRef, useState } from "preact/hooks";
import type { Inspected } from "../../protocol";
import { rowOf } from "../../text/inspected";
import { text } from "../../text/language";
import { laterText } from "../../text/later-text";
import { SelectField } from "../select-field";
import { HeatMap } from "./heat-map";
import { Histogram } from "./histogram";
import { csvOf, measuresOf } from "./measures";
import { gridOf } from "./places";
import { saveText, svgOf } from "./save";
import { coloursOf } from "./scale";
import { Table } from "./table";

export function Report({ inspected }: { inspected: Inspected }) {
  const [chosenChat, setChat] = useState(0);
  const [chosen, setMeasure] = useState(-1);
  const charts = useRef<HTMLDivElement>(null);
  const t = laterText.value.report;
  const { chats, tensors } = inspected;
  const chat = Math.min(chosenChat, chats - 1);
  const models = Array.from({ length: chats }, (_, i) => text.value.role.chat(i + 1));
  const measures = useMemo(() => measuresOf(inspected, chat), [inspected, chat, t]);
  const measure = measures.find(({ at }) => at === chosen) ?? measures[0];
  const grid = useMemo(() => gridOf(tensors), [tensors]);
  const values = useMemo(
    () => tensors.map((_, i) => rowOf(inspected, i)[measure?.at ?? 0] ?? Number.NaN),
    [inspected, tensors, measure],
  );
  if (!measure) return null;
  const colours = coloursOf(values, measure);
  const title = chats > 1 ? t.measureOf(measure.label, models[chat] ?? "") : measure.label;

  const saveSvg = () => {
    const all = [...(charts.current?.querySelectorAll("svg") ?? [])];
    if (all.length > 0) saveText("inspection.svg", "image/svg+xml", svgOf(title, all));
  };
  return (
    <div class="inspection-report">
      <div class="inspection-controls">
        <SelectField
          id="measure"
          label={t.measure}
          options={measures.map(({ label }) => label)}
          value={measure.label}
          onChoose={(chosen) => setMeasure(measures.find(({ label }) => label === chosen)?.at ?? -1)}
        />
        {chats > 1 && (
          <SelectField
            id="vector-of"
            label={t.vectorOf}
            options={models}
            value={models[chat] ?? ""}
            onChoose={(model) => setChat(models.indexOf(model))}
          />
        )}
        <div class="inspection-saves">
          <button
            type="button"
            class="button"
            onClick={() => saveText("inspection.csv", "text/csv", csvOf(inspected))}
          >
            {t.saveCsv}
          </button>
          <button type="button" class="button" onClick={saveSvg}>
            {t.saveSvg}
          </button>
        </div>
      </div>
      <div class="inspection-charts" ref={charts}>
        <figure>
          <figcaption>
            <strong>{title}</strong>
            {t.charted(measure.about)}
          </figcaption>
          {grid.isTooLarge ? (
            <p class="placeholder">{t.tooLarge}</p>
          ) : (
            <HeatMap
              grid={grid}
              names={tensors}
              values={values}
              measure={measure}
              colours={colours}
              title={title}
            />
          )}
        </figure>
        <figure>
          <figcaption>{t.spread}</figcaption>
          <Histogram values={values} measure={measure} title={title} />
        </figure>
      </div>
      <Table inspected={inspected} chat={chat} measures={measures} />
    </div>
  );
}
