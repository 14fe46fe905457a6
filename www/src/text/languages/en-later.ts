// What stands in parts of the page that are loaded later, in English.

const number = (x: number) => x.toLocaleString("en");

export const enLater = {
  tables: {
    previous: "Previous",
    next: "Next",
    /** Which rows of a table are shown. */
    rowsOf: (from: number, to: number, total: number) =>
      `${number(from)}–${number(to)} of ${number(total)}`,
  },

  takeOver: {
    title: "Rows taken over from a chat model",
    about:
      "The target’s rows of these tokens become the chat model’s as they are, whatever its weight and the rules: for special tokens that the target has but never learned. Suggested are those that the chat model has introduced.",
    waits: "The list appears once every model is given.",
    none: "None.",
    add: "Add token",
    suggest: "Back to what is suggested",
    chat: (token: number) => `Token ${token} chat model`,
    inChat: (token: number) => `Token ${token} in the chat model`,
    inTarget: (token: number) => `Token ${token} in the target`,
    same: "the same",
    remove: (token: number) => `Remove token ${token}`,
  },

  tokenTables: {
    title: "Rows by token",
    tensor: "Tensor",
    matched: "Merged",
    takenOver: "Taken over",
    kept: "Kept",
    padding: "No token",
    all: "In all",
  },

  tensorTable: {
    title: (count: number) => `Tensors, one by one (${number(count)})`,
    show: "Show",
    actions: {
      all: "all",
      merged: "merged",
      copied: "copied",
      "left out": "left out",
      refused: "refused",
    },
    search: "Search names",
    none: "No tensor is like that.",
    label: "Tensors",
    name: "Name",
    action: "Action",
    shape: "Shape",
    dtype: "Dtype",
    why: "Why",
    pages: "Pages of tensors",
  },

  report: {
    measure: "Measure",
    vectorOf: "Vector of",
    saveCsv: "Save CSV",
    saveSvg: "Save SVG",
    measureOf: (measure: string, chat: string) => `${measure}, ${chat}`,
    /** After the measure's name. */
    charted: (about: string) => `, layer by layer: ${about}. τ is the chat vector, chat − base.`,
    tooLarge: "There are too many layers or modules to draw them. The table has all.",
    spread: "How many tensors have how much of it.",
    map: "Map of layers and modules",
    mapOf: (title: string, layers: number, modules: number, low: string, high: string) =>
      `${title}: ${layers} layers by ${modules} modules, from ${low} to ${high}. The table below has the numbers.`,
    point: "Point at a cell to read its number.",
    moreOutside: (tensors: number) => `${tensors} more tensors outside of layers are in the table.`,
    histogram: "Histogram of tensors",
    histogramOf: (title: string, tensors: string, low: string, high: string) =>
      `${title}: ${tensors} from ${low} to ${high}.`,
    bin: (low: string, high: string, tensors: string) => `${low} to ${high}: ${tensors}`,
    unknown: "Nothing is known of this measure.",
    table: "Inspected tensors",
    pages: "Pages of inspected tensors",
    name: "Name",
    infinite: "Infinite",
    elements: "Elements",
  },

  measures: {
    ratioAbout: "the norm of the chat vector against the base’s",
    cosine: "Cosine with target − base",
    cosineAbout: "how far the chat vector points the way of target − base",
    pair: (chat: number) => `Cosine with chat vector ${chat}`,
    pairAbout: (chat: number) => `how far it points the way of chat model ${chat}’s vector`,
    largest: "Largest change",
    largestAbout: "the largest |τ|",
    loss: "Rounding loss",
    lossAbout: "the share of what is added that is lost in rounding to the output dtype",
  },

  curve: {
    told: (last: number, low: string, high: string) =>
      `Layers 0 to ${last}, λ from ${low} to ${high}. Draw over it to change it. Layers of other parts, such as a vision tower, go by it too.`,
  },

  interrupted: {
    label: "Interrupted merge",
    title: "A merge was interrupted",
    about: (done: string, total: string) =>
      `${done} of ${total} are done. Give the same files again to go on where it stopped:`,
    filesOf: (role: string) => `${role}:`,
    more: (count: number) => `and ${count} more`,
    resume: "Resume",
    delete: "Delete the interrupted merge",
    deleteTitle: "Delete the interrupted merge?",
    deleteAbout: (done: string) =>
      `The ${done} that are done are deleted. Your own files are not touched.`,
  },

  /** A recipe that a link names. */
  recipeLink: {
    unknown:
      "The link names no recipe that comes with this page. Open one from your disk, or start without.",
    failed:
      "The recipe of the link could not be loaded. Look whether there is a network, and load the page again.",
  },

  /** What a config of mergekit can't say. */
  mergekit: {
    firstOf: (outputs: number) =>
      `it is the first of ${outputs} outputs: mergekit makes one at a time.`,
    sameName:
      "two models have the same name: write the paths of each, or mergekit takes them for one.",
    dtypes: (dtypes: string[]) =>
      `the output has tensors of ${dtypes.join(" and ")}: mergekit saves all as one dtype.`,
    lastBits: "in F32 the last bits differ here and there: mergekit adds in another order.",
    f64: "F64 tensors are merged in F64 here, and in F32 by mergekit.",
    otherDtypes:
      "tensors that do not merge (integers, FP8 and the like) are copied from the target here; mergekit may do otherwise.",
    byToken:
      "rows of embeddings are matched by token here, and some may be taken over from a chat model: mergekit's nearest is `tokenizer: {source: …}`.",
    rowsKept:
      "the number of embedding rows differs: here they are kept; mergekit refuses such models, or matches rows by token with `tokenizer: {source: …}`.",
    rowsMerged:
      "the number of embedding rows differs: here they are merged as far as all have them; mergekit refuses such models, or matches rows by token with `tokenizer: {source: …}`.",
    unmatched: "tensors that do not match are copied from the target here; mergekit stops at them.",
    shards: (bytes: number) => `shards: add --out-shard-size ${bytes} to the command.`,
    fromBase: "mergekit takes config and tokenizer from the base, and no chat template.",
    fromBaseOnly:
      "mergekit takes config and tokenizer from the base, not from the target, and no chat template.",
    copied: "what is copied here is base + (target − base) there: the last bit may differ.",
  },
};

export type LaterText = typeof enLater;
