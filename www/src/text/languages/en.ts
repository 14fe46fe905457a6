// All that the page says, in English: the original that other languages are translated from. Only
// what stands in parts that are loaded later is in `en-later.ts`. A text between `backticks` is shown
// as code.

const number = (x: number) => x.toLocaleString("en");
const counted = (x: number, one: string, many = `${one}s`) => `${number(x)} ${x === 1 ? one : many}`;

export const en = {
  // Numbers and lists
  number,
  bytes: (count: number) => (count === 1 ? "1 byte" : `${count} bytes`),
  seconds: (seconds: number) => `${seconds} s`,
  minutes: (minutes: number, seconds: number) => `${minutes} min ${seconds} s`,
  hours: (hours: number, minutes: number) => `${hours} h ${minutes} min`,
  files: (count: number) => counted(count, "file"),
  tensors: (count: number) => counted(count, "tensor"),
  list: (names: string[]) =>
    names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? ""),
  /** A name, and how many there are beside it. */
  andMore: (name: string, more: number) => `${name} and ${more} more`,
  /** How far something is. */
  doneOf: (done: string, total: string) => `${done} of ${total}`,

  // What stands in several places
  starting: "Starting…",
  stop: "Stop",
  stopping: "Stopping…",
  loading: "Loading…",
  notLoaded: "This part of the page could not be loaded. Connect to the network and load the page again.",
  keep: "Keep",
  delete: "Delete",

  frame: {
    title: "chat-vector: merge checkpoints in the browser",
    language: "Language",
    lead: "Adds what chat models have learned to another model, by merging safetensors checkpoints right here in the browser tab.",
    privacy: "Nothing leaves this computer: no upload, no account, no server.",
    learn: "Learn how it works",
    method:
      "The method is that of Huang et al., “Chat Vector: A Simple Approach to Equip LLMs with Instruction Following and Model Alignment in New Languages”, ACL 2024.",
    offline: {
      no: "",
      works: "Works offline.",
      newer: "A new version is there: load the page again.",
    },
  },

  steps: {
    models: "Models",
    modelsAbout:
      "Give each model as one .safetensors file, as all its shards, or as its whole folder. Only headers are read before the merge.",
    vector: "Vector",
    vectorAbout:
      "Which tensors the vectors are added to and how strongly, and what the output looks like.",
    plan: "Plan",
    planAbout: "What the merge will do, tensor by tensor.",
    merge: "Merge",
    mergeAbout: "Reads the models piece by piece, so their size does not matter for memory.",
    result: "Result",
  },

  /** Models as titles of their cards. */
  title: {
    base: "Base",
    target: "Target",
    chat: (chat: number) => `Chat model ${chat}`,
  },
  /** Models within a sentence or a formula. */
  role: {
    base: "base",
    target: "target",
    chat: (chat: number) => `chat model ${chat}`,
  },

  models: {
    baseAbout: "What the chat models were tuned from.",
    targetAbout: "What they are added to. Optional: none given means the base.",
    chatAbout: "A tuned version of the base.",
    add: "Add chat model",
    dropHere: "Drop files or a folder here, or choose",
    files: "Files",
    filesOf: (title: string) => `${title} files`,
    folder: "Folder",
    folderOf: (title: string) => `${title} folder`,
    noFiles: "no files",
    shards: (stem: string, count: number) => `${stem}, ${counted(count, "shard")}`,
    remove: "Remove",
    removeFiles: (role: string) => `Remove the files of ${role}`,
    removeCard: "Remove from the merge",
    removeCardOf: (role: string) => `Remove ${role} from the merge`,
    name: "Name",
    nameOf: (title: string) => `${title} name`,
    weight: "Weight",
    weightOf: (title: string) => `${title} weight`,
    oneWeight: "Several, such as 0.5, 1, make an output each.",
    severalWeights: (outputs: number) =>
      `${outputs} outputs, one for each weight. Curves and rules hold for all of them.`,
    curve: "λ by layer",
    curveFor: (role: string) => `λ by layer for ${role}`,
    curveAbout:
      "Points such as 0: 0.2, 15: 1, with straight lines between them. The weight above is then that of tensors outside of layers.",
    curveOf: (title: string) => `${title} weights by layer`,
    curvePicture: (title: string) => `${title}: λ by layer`,
    reading: "Reading headers…",
    isVector: "A chat vector: it is added as it is, and the base is not subtracted.",
    moreProblems: (count: number) => `and ${count} more under Problems`,
    theBase: "the base model",
    missing: (models: string) => `Give the files of ${models} first.`,
    droppedNothing: "What was dropped holds no files.",
    droppedUnreadable: "What was dropped could not be read:",
    tooMany: (most: number) =>
      `This folder holds more than ${number(most)} entries. Give the folder of the one model only.`,
    workerStopped:
      "Its headers could not be read: the page's worker stopped over them. Give the files again.",
    /** The second is a link. */
    interrupted: ["To go on with ", "the merge that was interrupted", ", give the same files again."],
    madeWith: (files: string) => `The recipe was made with ${files}.`,
    madeWithOthers: (files: string) => `The recipe was made with other files: ${files}.`,
  },

  samples: {
    question: "No models at hand?",
    button: "Try with sample models",
    loading: "Loading the sample models…",
    given: "These are the sample models: made-up numbers in real shapes.",
    onward: "On to the merge",
    failed: (why: string) =>
      `They could not be loaded. Look whether there is a network, and try again. (${why})`,
  },

  formula: {
    merged: "merged",
    vector: "chat vector",
    layer: "layer",
    outsideOfLayers: (where: string) => `${where} outside of layers`,
  },

  rules: {
    preset: "Tensor rules preset",
    presets: {
      "all tensors": "all tensors",
      "skip embeddings and lm_head": "skip embeddings and lm_head",
      "skip embeddings, lm_head and norms": "skip embeddings, lm_head and norms",
      custom: "custom",
    },
    about:
      "A rule gives the tensors whose name matches weights of their own; the first match wins, and weight 0 leaves a tensor as it is in the target. In a pattern, `*` is any text, `?` one character, `[0-9]` one of a class and `{a,b}` one of several.",
    none: "No rules: every tensor is merged with its model’s weight.",
    add: "Add rule",
    pattern: (rule: number) => `Rule ${rule} pattern`,
    weight: (rule: number, chat: number) => `Rule ${rule} weight for chat model ${chat}`,
    up: (rule: number) => `Move rule ${rule} up`,
    down: (rule: number) => `Move rule ${rule} down`,
    remove: (rule: number) => `Remove rule ${rule}`,
    /** An earlier rule has decided about some. */
    matches: (decides: number, matches: number) =>
      `${counted(decides, "tensor")} of ${matches} that match`,
  },

  /** What is typed and can't be read. */
  typed: {
    weight: (name: string) =>
      `${name} must be a finite number that fits 32 bits, such as 1 or -0.5.`,
    weights: (name: string) =>
      `${name} must be a finite number that fits 32 bits, such as 1 or -0.5, or several with a comma and a space between them, such as 0.5, 1.`,
    listsDiffer: (chat: number, weights: number, other: number, its: number) =>
      `Lists of weights go together, but chat model ${chat} has ${weights} and chat model ${other} has ${its}: give as many of each, or one for all.`,
    tooManyOutputs: (most: number) => `At most ${most} outputs are made at once: give fewer weights.`,
    sameOutputs: (weights: string) =>
      `Two outputs would have the same weights (${weights}): give them once.`,
    curve: (title: string) =>
      `${title} weights by layer must be points such as 0: 0.2, 15: 1, each layer once.`,
    shardSize: "Shard size in GB must be a number above 0.",
  },

  options: {
    goal: "Make",
    goals: { "merged model": "merged model", "chat vector": "chat vector" },
    makesModel: "The target with the chat vectors added.",
    makesVector:
      "Σ λ (chat − base) as a file: give it as a chat model, in place of these models and their base.",
    dtype: "Output dtype",
    sameAsTarget: "same as target",
    computesInF32: "The merge computes in F32 and rounds once.",
    vectorInF32:
      "A chat vector is kept in F32, so that merging with it gives the same as with its models.",
    rows: "Embedding rows",
    rowsWays: {
      "copy the target's": "copy the target's",
      "merge the rows both have": "merge the rows both have",
      "match by token": "match by token",
    },
    rowsByToken:
      "Each row of embeddings and output head is merged with the rows of the same token, by every model’s tokenizer.json; rows of tokens that a model lacks stay the target’s.",
    rowsPlain: "Where only the number of rows differs: an extended vocabulary.",
    shards: "Shards",
    shardsWays: {
      "as the target": "as the target",
      "one file": "one file",
      "at most N GB a shard": "at most N GB a shard",
    },
    shardSize: "Shard size in GB",
    output: "Output",
    outputs: { "whole folder": "whole folder", "weights only": "weights only" },
    outputFolder:
      "With config, tokenizer, model card and recipe, where the target’s folder is given.",
    outputWeights: "No config and no tokenizer.",
    settings: "Chat template and eos",
    settingsWays: {
      "the last chat model's": "the last chat model's",
      "the target's": "the target's",
    },
    settingsAbout: "And the generation settings.",
    saveTo: "Save to",
    saveToWays: { chosen: "Chosen file or folder", downloads: "Downloads" },
    savesChosen: "The browser asks where when you press Merge, and writes straight there.",
    savesInMemory:
      "This browser gives pages no private disk, so the whole result is kept in memory until it is saved. More than about 2 GB may fail.",
    savesOnDisk:
      "The browser keeps the files on its private disk until you save them by their links, so they need their space twice for a while.",
    copyUnmatched: "Copy what does not match",
    copyUnmatchedAbout:
      "Tensors that some models lack, or have in another shape, are taken from the target instead of being a problem.",
  },

  recipe: {
    about:
      "All of these choices are the recipe. Keep it to merge the same way again; each merged file holds its own.",
    save: "Save recipe",
    open: "Open recipe",
    export: "Export for mergekit",
    notYet: "It can’t be saved yet:",
    notSaved: "It can’t be saved:",
    saved: (file: string) => `Saved as ${file}.`,
    exportNotYet: "It can’t be exported yet: it needs a plan without problems.",
    exportVector: "It can’t be exported: mergekit merges models, and knows no chat vectors.",
    notExported: "It can’t be exported:",
    exported: (file: string) => `Saved as ${file}, for mergekit 0.1.5.`,
    exportLacks: "It can’t say everything:",
    opened: (file: string, chats: number) => `${file} is open, for ${counted(chats, "chat model")}.`,
    closed: (titles: string) => `Its place was not needed, so this was closed: ${titles}.`,
  },

  plan: {
    planning: "Planning…",
    empty: "The plan appears here as soon as the base and every chat model are given.",
    outputs: (outputs: number, size: string, labels: string) =>
      `${outputs} outputs, ${size} in all, from inputs that are read once: ${labels}. What follows is that of the first.`,
    size: "Size",
    filesCount: (count: number): string => (count === 1 ? "File" : "Files"),
    merged: "Merged",
    copied: "Copied",
    leftOut: "Left out",
    refused: "Refused",
    written: (files: number) => `${counted(files, "file")} will be written`,
    folder: "Beside the weights",
    notices: "Notices",
    problems: "Problems",
    problemsCount: (count: number) => counted(count, "problem"),
  },

  inspection: {
    title: "What are the chat vectors like?",
    about:
      "Reads the models through, writes nothing, and measures for every tensor how large the chat vector is and which way it points. A merge finds it out on its way.",
    noBase: "A chat vector that is made or given as a file has no base to compare it with.",
    button: "Inspect the models",
    progress: "Inspection progress",
    running: "Inspecting.",
    stoppedEarly: "The inspection stopped before its end.",
    nothing: "No tensor is in all models: there is nothing to inspect.",
    inspected: (tensors: number) => `Inspected: ${counted(tensors, "tensor")}.`,
    seenByMerge: (tensors: number) => `The merge has looked at ${counted(tensors, "tensor")}.`,
    sampled: (share: string) =>
      `Of large tensors it took a sample, ${share} of all elements: inspect the models to measure every one.`,
    fine: "Nothing looks wrong.",
    warned: (count: number) => `${counted(count, "warning")}.`,
    whole: "The models as a whole",
    warnings: "Warnings about the models",
    changed: "The options have changed since. What rounding loses is told for those of before.",
    noticedByMerge: (count: number) =>
      `The merge has noticed something about the models: ${counted(count, "warning")} under Plan, beside what the chat vectors are like.`,
    vector: (chat: number, ratio: string, largest: string) =>
      `Chat model ${chat}: its vector has ${ratio} of the base’s norm, the largest change is ${largest}.`,
    vectorAlong: (chat: number, ratio: string, largest: string, cosine: string) =>
      `Chat model ${chat}: its vector has ${ratio} of the base’s norm, the largest change is ${largest}, its cosine with target − base ${cosine}.`,
    roundingLoses: (share: string) => `Rounding to the output dtype loses ${share} of what is added.`,
    roundingChanges: (times: string) =>
      `Rounding to the output dtype changes more than is added: ${times} times as much.`,
    details: (tensors: number) => `Layer by layer, tensor by tensor (${number(tensors)})`,
    notLoaded:
      "This part of the page could not be loaded. Connect to the network and open it again.",
  },

  /** Why a merge can't start now. */
  blocked: {
    dead: "The page has to be loaded again first.",
    verifying: "Verifying the last merge…",
    inspecting: "Inspecting the models…",
    problems: "The problems above have to be solved first.",
    tokenizers: "Reading tokenizers…",
  },

  merge: {
    button: "Merge",
    choosing: "Waiting for your choice in the browser’s dialog…",
    toDownloads: "Each file gets a link to save it by when it is done.",
    toFile: "The browser will ask for a file to write to.",
    toFolder: "The browser will ask for a folder to write to.",
    toFolders: "The browser will ask for a folder. In it each λ gets a folder of its own.",
    saveEach: "Save each shard before the next is written",
    saveEachAbout: (times: number) =>
      `For results larger than the browser’s room: the merge waits for you ${times} ${times === 1 ? "time" : "times"}, and the browser holds one shard at a time.`,
    roomForShard: (room: string, needed: string) =>
      `The browser says that it has about ${room} of room, and the largest shard needs ${needed}. The merge can be tried, and may stop when the room is used up.`,
    roomForAll: (room: string, needed: string) =>
      `The browser says that it has about ${room} of room, and the merged files need ${needed}. The merge can be tried, and may stop when the room is used up.`,
    smallerShards: "With smaller shards, each can be saved before the next is written.",
    fewerWeights:
      "Fewer weights at once need less, and with one alone shards can be saved one by one.",
    unsaved:
      "Not every file of the last merge was saved. When the next merge is done, the browser deletes them.",
    cancelled: "Cancelled. Nothing was kept.",
    failed: "The merge did not finish. The reason is under Problems.",
    done: "Done. The result is below.",
    progress: "Merge progress",
    cancel: "Cancel",
    cancelling: "Cancelling…",
    waits:
      "The merge waits. Save this shard, look into your downloads folder until it is there in full, and go on: then the browser deletes its copy and writes the next shard.",
    goOn: "It is saved: go on",
    offered: (file: string) => `${file} is ready to be saved. The merge waits.`,
    running: "Merging.",
    finishing: "Finishing the file.",
    percent: (percent: number) => `${percent} percent merged.`,
    pace: (done: string, rate: string, left: string) => `${done} · ${rate} · about ${left} left`,
    finishingFile: (file: string) =>
      `Finishing \`${file}\`. The browser checks and closes the file, which can take a while.`,
    fileType: "safetensors checkpoint",
    noDialog: "This browser has no dialog for folders.",
    folderInUse: (folder: string) =>
      `The folder ${folder} is there already where you chose, and is not empty: choose another place, or take that folder away.`,
    notChosen:
      "No file was chosen, so nothing was merged. With `Save to: Downloads` no dialog is needed.",
    notStarted: "The merge could not start:",
    stoppedEarly:
      "The merge stopped before its end. If that happens again, memory may be short: close other tabs and programs.",
    elsewhere: "Another tab goes on with this merge already.",
    resume: "Give the file again and press Resume beside Merge.",
    interruptedTakesRoom: "An interrupted merge takes room too: resume or delete it first.",
    lastTakesRoom: "The files of the last merge take room too: delete them first.",
    tickSaveEach: (label: string) => `Or tick “${label}” beside Merge.`,
    chooseSmaller: "Or choose smaller shards: then each can be saved before the next is written.",
    orFewerWeights: "Or give fewer weights at once.",
    keepOne: (file: string) => `Keep ${file}, which you saved before.`,
    keepFiles: (count: number) => `Keep the ${count} files that you saved before.`,
    oneIsNoModel: (file: string) =>
      `${file}, which you saved before, is no whole model: delete it.`,
    filesAreNoModel: (count: number) =>
      `The ${count} files that you saved before are no whole model: delete them.`,
    workerFailed: (why: string) =>
      `The part of the page that does the work could not start (${why}). Load the page again; if that does not help, the browser may be too old.`,
    workerFailedAgain: (why: string) =>
      `The part of the page that does the work stopped working again and again (${why}). Load the page again; if that does not help, the browser may be too old.`,
    workerReplaced: (why: string) =>
      `The part of the page that does the work stopped unexpectedly (${why}) and was started again.`,
  },

  result: {
    about: (files: number, size: string, time: string) =>
      `${counted(files, "file")}, ${size}, merged in ${time}.`,
    aboutSeveral: (outputs: number, about: string) => `${outputs} outputs, ${about}`,
    files: "Files written",
    save: (file: string) => `Save ${file}`,
    downloadStarted: "download started",
    savedBefore: "saved before",
    orFileByFile: "Or save them file by file:",
    fileByFile: (label: string, files: number) => `Or save the ${files} files with ${label} one by one`,
    fileByFileAbout: "Each has a name that begins with its λ: take that off again.",
    keepOpen: "Keep this page open until the downloads are finished.",
    onDisk: "Then give the browser its disk space back; the next merge does so when it is done.",
    inMemory: "The next merge, or closing the page, drops these files from memory.",
    delete: "Delete the merged files from the browser",
    isSaved: "Is it saved?",
    areSaved: "Are they all saved?",
    deleteOne:
      "Look into your downloads folder: the merged file must be there in full. What the browser keeps is gone after this.",
    deleteAll: (count: number) =>
      `Look into your downloads folder: all ${count} merged files must be there in full. What the browser keeps is gone after this.`,
    zip: "Put all files into one zip",
    zipOf: (label: string) => `Put all files with ${label} into one zip`,
    zipSize: (size: string) => `${size}, not compressed`,
    zipReading: (done: string, total: string) => `Reading ${done} of ${total}…`,
    zipFailed: "It can’t be made:",
    sha256Of: (file: string) => `SHA-256 of ${file}`,
    copySha256: "Copy SHA-256",
    copySha256Of: (file: string) => `Copy the SHA-256 of ${file}`,
    sha256Copied: "SHA-256 copied",
    sha256Failed: "It can’t be computed:",
    nonFinite: (tensors: number) =>
      `${counted(tensors, "tensor")} with elements that are not finite numbers`,
    nonFiniteAbout:
      "The input has such elements already, a weight is too large, or the values do not fit the output dtype: F16 ends at 65,504.",
    nonFiniteLabel: "Tensors that are not finite",
    nonFiniteLabelOf: (label: string) => `Tensors that are not finite, ${label}`,
    name: "Name",
    infinite: "Infinite",
    next: "What to do next",
    nextVector: (files: number) =>
      `Give the ${files === 1 ? "file" : "files"} as a chat model, here, with any model of the family as base or target: the base that the vector was made of is not needed any more.`,
    nextVectors:
      "Give what was made with one λ as one chat model, here, with any model of the family as base or target: the base that the vectors were made of is not needed any more.",
    nextFolder:
      "Put all files into one folder, and give that folder to `from_pretrained` of transformers or to `vllm serve`: config, tokenizer and chat template are there.",
    nextFolders:
      "Put the files of each λ into one folder, and give that folder to `from_pretrained` of transformers or to `vllm serve`: config, tokenizer and chat template are there.",
    nextWeightsOfSeveral:
      "To load a model with transformers, put the merged files of one λ, without the λ in their names, into a folder together with the target’s `config.json`, tokenizer files and chat template, in place of its own weights, and give that folder to `from_pretrained`. Or give the models as whole folders before you merge: then this page does all that.",
    nextWeights: (files: number) =>
      `To load the model with transformers, put the merged ${files === 1 ? "file" : "files"} into a folder together with the target’s \`config.json\`, tokenizer files and chat template, in place of its own weights, and give that folder to \`from_pretrained\`. Or give the models as whole folders before you merge: then this page does all that.`,
  },

  verify: {
    title: "Is it right?",
    about: "Reads the result back, computes it once more from the models, and compares.",
    compare: "Compare",
    sample: "a sample of each tensor",
    all: "everything",
    button: "Verify",
    progress: "Verification progress",
    running: "Verifying.",
    stoppedEarly: "The verification stopped before its end.",
    unreadable: "The merged files can’t be read back:",
    wholeIsRight: (size: string) => `Verified: all ${size} are what the models give.`,
    sampleIsRight: (size: string, all: string) =>
      `Verified: ${size} of ${all}, from the beginning, the middle and the end of every tensor, are what the models give.`,
    /** Files that were let go while the merge went on. */
    leftOut: (count: number) =>
      count === 1
        ? "The 1 file that you saved before is not here any more, and is not among them."
        : `The ${counted(count, "file")} that you saved before are not here any more, and are not among them.`,
  },
};

export type Text = typeof en;
