// All that the page says, in Traditional Chinese, as it is written in Taiwan.
import type { Text } from "./en";

export { default as core } from "./core/zh-hant.json";
export { laterZhHant as later } from "./zh-hant-later";

const number = (x: number) => x.toLocaleString("zh-Hant");
/** A name and what follows it, apart where the name ends in a digit. */
const joined = (name: string, rest: string) => (/\w$/.test(name) ? `${name} ${rest}` : name + rest);

export const text: Text = {
  // Numbers and lists
  number,
  bytes: (count) => `${count} 位元組`,
  seconds: (seconds) => `${seconds} 秒`,
  minutes: (minutes, seconds) => `${minutes} 分 ${seconds} 秒`,
  hours: (hours, minutes) => `${hours} 小時 ${minutes} 分`,
  files: (count) => `${number(count)} 個檔案`,
  tensors: (count) => `${number(count)} 個張量`,
  list: (names) => names.join("、"),
  andMore: (name, more) => `${name} 等（另有 ${more} 個）`,
  doneOf: (done, total) => `${done}，共 ${total}`,

  // What stands in several places
  starting: "正在啟動…",
  stop: "停止",
  stopping: "正在停止…",
  loading: "載入中…",
  notLoaded: "無法載入頁面的這個部分。請連上網路後重新載入頁面。",
  keep: "保留",
  delete: "刪除",

  frame: {
    title: "chat-vector：在瀏覽器中合併檢查點",
    language: "語言",
    lead: "把聊天模型學到的能力加到另一個模型上：直接在這個瀏覽器分頁中合併 safetensors 檢查點。",
    privacy: "資料不會離開這台電腦：不上傳、不需帳號、沒有伺服器。",
    learn: "了解原理",
    method:
      "方法出自 Huang et al., “Chat Vector: A Simple Approach to Equip LLMs with Instruction Following and Model Alignment in New Languages”, ACL 2024。",
    offline: {
      no: "",
      works: "可離線使用。",
      newer: "有新版本：請重新載入頁面。",
    },
  },

  steps: {
    models: "模型",
    modelsAbout:
      "每個模型可以是一個 .safetensors 檔案、全部的分片，或整個資料夾。合併前只會讀取標頭。",
    vector: "向量",
    vectorAbout: "決定向量要加到哪些張量、強度多少，以及輸出的形式。",
    plan: "計畫",
    planAbout: "逐一列出合併會對每個張量做什麼。",
    merge: "合併",
    mergeAbout: "逐段讀取模型，因此模型再大也不會多占記憶體。",
    result: "結果",
  },

  title: {
    base: "基礎模型",
    target: "目標模型",
    chat: (chat) => `聊天模型 ${chat}`,
  },
  role: {
    base: "基礎模型",
    target: "目標模型",
    chat: (chat) => `聊天模型 ${chat}`,
  },

  models: {
    baseAbout: "聊天模型微調前的模型。",
    targetAbout: "要加上向量的模型。可省略，省略時就是基礎模型。",
    chatAbout: "由基礎模型微調而成的模型。",
    add: "新增聊天模型",
    dropHere: "將檔案或資料夾拖放到這裡，或選擇",
    files: "檔案",
    filesOf: (title) => joined(title, "的檔案"),
    folder: "資料夾",
    folderOf: (title) => joined(title, "的資料夾"),
    noFiles: "沒有檔案",
    shards: (stem, count) => `${stem}，${number(count)} 個分片`,
    remove: "移除",
    removeFiles: (role) => `移除${joined(role, "的檔案")}`,
    removeCard: "從合併中移除",
    removeCardOf: (role) => `從合併中移除${role}`,
    name: "名稱",
    nameOf: (title) => joined(title, "的名稱"),
    weight: "權重",
    weightOf: (title) => joined(title, "的權重"),
    oneWeight: "輸入多個（如「0.5, 1」）會各產生一個輸出。",
    severalWeights: (outputs) =>
      `每個權重一個，共 ${number(outputs)} 個輸出。曲線和規則適用於所有輸出。`,
    curve: "各層的 λ",
    curveFor: (role) => joined(role, "各層的 λ"),
    curveAbout:
      "輸入如「0: 0.2, 15: 1」的點，點與點之間以直線相連。此時上方的權重只用於不屬於任何一層的張量。",
    curveOf: (title) => joined(title, "各層的權重"),
    curvePicture: (title) => `${title}：各層的 λ`,
    reading: "正在讀取標頭…",
    isVector: "這是聊天向量：會直接加上，不再減去基礎模型。",
    moreProblems: (count) => `另有 ${count} 個，請見「問題」`,
    theBase: "基礎模型",
    missing: (models) => `請先提供以下模型的檔案：${models}。`,
    droppedNothing: "拖放的項目中沒有檔案。",
    droppedUnreadable: "無法讀取拖放的項目：",
    tooMany: (most) => `這個資料夾有超過 ${number(most)} 個項目。請只提供單一模型的資料夾。`,
    workerStopped: "無法讀取標頭：讀取時頁面的背景程式停止了。請重新提供檔案。",
    interrupted: ["若要繼續", "中斷的合併", "，請再次提供相同的檔案。"],
    madeWith: (files) => `這個配方是用 ${files} 建立的。`,
    madeWithOthers: (files) => `這個配方是用其他檔案建立的：${files}。`,
  },

  samples: {
    question: "手邊沒有模型？",
    button: "用範例模型試試",
    loading: "正在載入範例模型…",
    given: "這些是範例模型：形狀真實，數值則是虛構的。",
    onward: "前往合併",
    failed: (why) => `無法載入。請確認網路連線後再試一次。（${why}）`,
  },

  formula: {
    merged: "合併結果",
    vector: "聊天向量",
    layer: "層",
    outsideOfLayers: (where) => `各層之外 ${where}`,
  },

  rules: {
    preset: "張量規則的預設組合",
    presets: {
      "all tensors": "所有張量",
      "skip embeddings and lm_head": "略過嵌入和 lm_head",
      "skip embeddings, lm_head and norms": "略過嵌入、lm_head 和正規化層",
      custom: "自訂",
    },
    about:
      "規則會替名稱相符的張量指定各自的權重；以最先相符的規則為準，權重 0 表示張量與目標模型中的相同。在樣式中，`*` 代表任意文字，`?` 代表任一字元，`[0-9]` 代表範圍內的一個字元，`{a,b}` 代表其中之一。",
    none: "沒有規則：每個張量都以各模型的權重合併。",
    add: "新增規則",
    pattern: (rule) => `規則 ${rule} 的樣式`,
    weight: (rule, chat) => `規則 ${rule} 中聊天模型 ${chat} 的權重`,
    up: (rule) => `將規則 ${rule} 上移`,
    down: (rule) => `將規則 ${rule} 下移`,
    remove: (rule) => `移除規則 ${rule}`,
    matches: (decides, matches) => `相符的 ${matches} 個中有 ${number(decides)} 個張量`,
  },

  typed: {
    weight: (name) => `${name}必須是 32 位元可表示的有限數，例如 1 或 -0.5。`,
    weights: (name) =>
      `${name}必須是 32 位元可表示的有限數，例如 1 或 -0.5；多個時以逗號加空格分隔，例如「0.5, 1」。`,
    listsDiffer: (chat, weights, other, its) =>
      `權重清單會依序配對，但聊天模型 ${chat} 有 ${weights} 個，聊天模型 ${other} 有 ${its} 個：請輸入相同的個數，或全部共用一個。`,
    tooManyOutputs: (most) => `一次最多產生 ${number(most)} 個輸出：請減少權重。`,
    sameOutputs: (weights) => `有兩個輸出的權重會相同（${weights}）：請只輸入一次。`,
    curve: (title) => joined(title, "各層的權重必須是如「0: 0.2, 15: 1」的點，每一層只能出現一次。"),
    shardSize: "分片大小（GB）必須大於 0。",
  },

  options: {
    goal: "產生",
    goals: { "merged model": "合併後的模型", "chat vector": "聊天向量" },
    makesModel: "加上聊天向量的目標模型。",
    makesVector:
      "將 Σ λ (聊天 − 基礎) 存成檔案：之後可當作聊天模型提供，取代這些模型及其基礎模型。",
    dtype: "輸出 dtype",
    sameAsTarget: "與目標模型相同",
    computesInF32: "合併以 F32 計算，只捨入一次。",
    vectorInF32: "聊天向量以 F32 儲存，因此用它合併與用原本的模型合併結果相同。",
    rows: "嵌入的列",
    rowsWays: {
      "copy the target's": "複製目標模型的列",
      "merge the rows both have": "合併共有的列",
      "match by token": "依 token 對應",
    },
    rowsByToken:
      "依據各模型的 tokenizer.json，將嵌入和輸出層的每一列與相同 token 的列合併；若有模型缺少某個 token，該列維持目標模型的內容。",
    rowsPlain: "適用於只有列數不同的情況，也就是擴充過的詞彙表。",
    shards: "分片",
    shardsWays: {
      "as the target": "與目標模型相同",
      "one file": "單一檔案",
      "at most N GB a shard": "每個分片最多 N GB",
    },
    shardSize: "分片大小（GB）",
    output: "輸出",
    outputs: { "whole folder": "整個資料夾", "weights only": "只有權重" },
    outputFolder: "若提供了目標模型的資料夾，會包含 config、tokenizer、模型卡和配方。",
    outputWeights: "不含 config 和 tokenizer。",
    settings: "聊天範本與 eos",
    settingsWays: {
      "the last chat model's": "採用最後一個聊天模型",
      "the target's": "採用目標模型",
    },
    settingsAbout: "生成設定也一併採用。",
    saveTo: "儲存到",
    saveToWays: { chosen: "選擇的檔案或資料夾", downloads: "下載" },
    savesChosen: "按下「合併」時，瀏覽器會詢問位置，並直接寫入該處。",
    savesInMemory:
      "這個瀏覽器沒有提供頁面專用的磁碟空間，因此整個結果在儲存之前都會放在記憶體中。超過約 2 GB 時可能會失敗。",
    savesOnDisk:
      "在您透過連結儲存之前，瀏覽器會將檔案放在頁面專用的磁碟空間，因此會暫時需要兩倍的空間。",
    copyUnmatched: "複製不相符的張量",
    copyUnmatchedAbout: "若有模型缺少某個張量或形狀不同，就採用目標模型的張量，而不視為問題。",
  },

  recipe: {
    about: "以上所有選擇就是配方。儲存下來即可再次以相同方式合併；每個合併後的檔案也都附有配方。",
    save: "儲存配方",
    open: "開啟配方",
    export: "匯出給 mergekit",
    notYet: "還無法儲存：",
    notSaved: "無法儲存：",
    saved: (file) => `已儲存為 ${file}。`,
    exportNotYet: "還無法匯出：需要一個沒有問題的計畫。",
    exportVector: "無法匯出：mergekit 只合併模型，不支援聊天向量。",
    notExported: "無法匯出：",
    exported: (file) => `已儲存為 ${file}，供 mergekit 0.1.5 使用。`,
    exportLacks: "有些內容無法表達：",
    opened: (file, chats) => `已開啟 ${file}，共 ${number(chats)} 個聊天模型。`,
    closed: (titles) => `因為用不到而關閉：${titles}。`,
  },

  plan: {
    planning: "正在規劃…",
    empty: "提供基礎模型和所有聊天模型後，計畫就會顯示在這裡。",
    outputs: (outputs, size, labels) =>
      `只讀取輸入一次，產生 ${number(outputs)} 個輸出（共 ${size}）：${labels}。以下為第一個輸出的內容。`,
    size: "大小",
    filesCount: () => "檔案",
    merged: "合併",
    copied: "複製",
    leftOut: "略過",
    refused: "拒絕",
    written: (files) => `將寫入 ${number(files)} 個檔案`,
    folder: "權重以外的檔案",
    notices: "注意事項",
    problems: "問題",
    problemsCount: (count) => `${number(count)} 個問題`,
  },

  inspection: {
    title: "聊天向量的特性",
    about:
      "讀完各模型但不寫入任何東西，並測量每個張量中聊天向量的大小和方向。合併時也會順便得出這些結果。",
    noBase: "要產生的聊天向量，或以檔案提供的聊天向量，沒有可供比較的基礎模型。",
    button: "分析模型",
    progress: "分析進度",
    running: "分析中。",
    stoppedEarly: "分析在完成前停止了。",
    nothing: "沒有任何張量是所有模型共有的，因此無從分析。",
    inspected: (tensors) => `已分析 ${number(tensors)} 個張量。`,
    seenByMerge: (tensors) => `合併時已分析 ${number(tensors)} 個張量。`,
    sampled: (share) =>
      `大型張量只取樣分析（佔全部元素的 ${share}）。若要測量每個元素，請分析模型。`,
    fine: "看起來沒有問題。",
    warned: (count) => `有 ${number(count)} 個警告。`,
    whole: "整體模型",
    warnings: "關於模型的警告",
    changed: "選項在此之後有變更。捨入損失是依變更前的選項計算的。",
    noticedByMerge: (count) =>
      `合併時發現模型有值得留意之處：「計畫」中聊天向量的部分有 ${number(count)} 個警告。`,
    vector: (chat, ratio, largest) =>
      `聊天模型 ${chat}：向量的範數是基礎模型的 ${ratio}，最大變化為 ${largest}。`,
    vectorAlong: (chat, ratio, largest, cosine) =>
      `聊天模型 ${chat}：向量的範數是基礎模型的 ${ratio}，最大變化為 ${largest}，與「目標 − 基礎」的餘弦為 ${cosine}。`,
    roundingLoses: (share) => `捨入到輸出 dtype 會損失所加內容的 ${share}。`,
    roundingChanges: (times) => `捨入到輸出 dtype 造成的變化比所加的還多：為 ${times} 倍。`,
    details: (tensors) => `逐層、逐張量檢視（${number(tensors)}）`,
    notLoaded: "無法載入頁面的這個部分。請連上網路後再次開啟。",
  },

  blocked: {
    dead: "必須先重新載入頁面。",
    verifying: "正在驗證上一次的合併…",
    inspecting: "正在分析模型…",
    problems: "必須先解決上述問題。",
    tokenizers: "正在讀取 tokenizer…",
  },

  merge: {
    button: "合併",
    choosing: "正在等待您在瀏覽器的對話框中選擇…",
    toDownloads: "完成後，每個檔案都會有一個儲存用的連結。",
    toFile: "瀏覽器會詢問要寫入的檔案。",
    toFolder: "瀏覽器會詢問要寫入的資料夾。",
    toFolders: "瀏覽器會詢問資料夾，並在其中為每個 λ 建立一個資料夾。",
    saveEach: "儲存每個分片後再寫入下一個",
    saveEachAbout: (times) =>
      `適用於結果大於瀏覽器可用空間的情況：合併會等您 ${times} 次，瀏覽器一次只存放一個分片。`,
    roomForShard: (room, needed) =>
      `瀏覽器表示約有 ${room} 的空間，而最大的分片需要 ${needed}。您可以嘗試合併，但空間用完時可能會停止。`,
    roomForAll: (room, needed) =>
      `瀏覽器表示約有 ${room} 的空間，而合併後的檔案需要 ${needed}。您可以嘗試合併，但空間用完時可能會停止。`,
    smallerShards: "分片較小時，可以先儲存一個再寫入下一個。",
    fewerWeights: "一次使用較少的權重需要較少空間；只用一個時，可以逐一儲存分片。",
    unsaved: "上一次合併的檔案尚未全部儲存。下一次合併完成時，瀏覽器會將它們刪除。",
    cancelled: "已取消。沒有保留任何東西。",
    failed: "合併沒有完成。原因請見「問題」。",
    done: "完成。結果在下方。",
    progress: "合併進度",
    cancel: "取消",
    cancelling: "正在取消…",
    waits:
      "合併正在等待。請儲存這個分片，並確認下載資料夾中已有完整的檔案，再繼續：之後瀏覽器會刪除自己的副本，並寫入下一個分片。",
    goOn: "已儲存，繼續",
    offered: (file) => `${file} 可以儲存了。合併正在等待。`,
    running: "合併中。",
    finishing: "正在完成檔案。",
    percent: (percent) => `已合併百分之 ${percent}。`,
    pace: (done, rate, left) => `${done} · ${rate} · 約剩 ${left}`,
    finishingFile: (file) => `正在完成 \`${file}\`。瀏覽器會檢查並關閉檔案，可能需要一段時間。`,
    fileType: "safetensors 檢查點",
    noDialog: "這個瀏覽器沒有選擇資料夾的對話框。",
    folderInUse: (folder) =>
      `您選擇的位置已有 ${folder} 資料夾，而且不是空的：請選擇其他位置，或移走該資料夾。`,
    notChosen: "沒有選擇檔案，因此沒有合併。選擇 `儲存到：下載` 就不需要對話框。",
    notStarted: "無法開始合併：",
    stoppedEarly:
      "合併在完成前停止了。若再次發生，可能是記憶體不足：請關閉其他分頁和程式。",
    elsewhere: "另一個分頁已在繼續這個合併。",
    resume: "請再次提供檔案，然後按「合併」旁的「繼續」。",
    interruptedTakesRoom: "中斷的合併也占用空間：請先繼續或刪除。",
    lastTakesRoom: "上一次合併的檔案也占用空間：請先刪除。",
    tickSaveEach: (label) => `或者勾選「合併」旁的「${label}」。`,
    chooseSmaller: "或者選擇較小的分片：這樣就能先儲存一個再寫入下一個。",
    orFewerWeights: "或者一次使用較少的權重。",
    keepOne: (file) => `請保留先前儲存的 ${file}。`,
    keepFiles: (count) => `請保留先前儲存的 ${count} 個檔案。`,
    oneIsNoModel: (file) => `先前儲存的 ${file} 不是完整的模型：請將它刪除。`,
    filesAreNoModel: (count) => `先前儲存的 ${count} 個檔案不是完整的模型：請將它們刪除。`,
    workerFailed: (why) =>
      `頁面中負責運算的部分無法啟動（${why}）。請重新載入頁面；若仍無效，可能是瀏覽器版本太舊。`,
    workerFailedAgain: (why) =>
      `頁面中負責運算的部分一再停止運作（${why}）。請重新載入頁面；若仍無效，可能是瀏覽器版本太舊。`,
    workerReplaced: (why) => `頁面中負責運算的部分意外停止（${why}），已重新啟動。`,
  },

  result: {
    about: (files, size, time) => `${number(files)} 個檔案，${size}，合併耗時 ${time}。`,
    aboutSeveral: (outputs, about) => `${number(outputs)} 個輸出，${about}`,
    files: "已寫入的檔案",
    save: (file) => `儲存 ${file}`,
    downloadStarted: "已開始下載",
    savedBefore: "先前已儲存",
    orFileByFile: "或逐一儲存檔案：",
    fileByFile: (label, files) => `或逐一儲存 ${label} 的 ${number(files)} 個檔案`,
    fileByFileAbout: "檔名會以 λ 開頭，之後請去掉。",
    keepOpen: "下載完成前請不要關閉這個頁面。",
    onDisk: "之後請釋放瀏覽器的磁碟空間；下一次合併完成時也會釋放。",
    inMemory: "下一次合併或關閉頁面時，這些檔案就會從記憶體中消失。",
    delete: "從瀏覽器刪除合併後的檔案",
    isSaved: "已經儲存了嗎？",
    areSaved: "全部都儲存了嗎？",
    deleteOne:
      "請查看下載資料夾，確認合併後的檔案完整無缺。刪除之後，瀏覽器中保留的檔案就不存在了。",
    deleteAll: (count) =>
      `請查看下載資料夾，確認 ${count} 個合併後的檔案全都完整無缺。刪除之後，瀏覽器中保留的檔案就不存在了。`,
    zip: "將所有檔案放進一個 zip",
    zipOf: (label) => `將 ${label} 的所有檔案放進一個 zip`,
    zipSize: (size) => `${size}，未壓縮`,
    zipReading: (done, total) => `正在讀取 ${done}，共 ${total}…`,
    zipFailed: "無法建立：",
    sha256Of: (file) => `${file} 的 SHA-256`,
    copySha256: "複製 SHA-256",
    copySha256Of: (file) => `複製 ${file} 的 SHA-256`,
    sha256Copied: "已複製 SHA-256",
    sha256Failed: "無法計算：",
    nonFinite: (tensors) => `${number(tensors)} 個張量含有非有限的元素`,
    nonFiniteAbout:
      "可能是輸入本身就有這種元素、權重太大，或數值超出輸出 dtype 的範圍：F16 最大為 65,504。",
    nonFiniteLabel: "含有非有限元素的張量",
    nonFiniteLabelOf: (label) => `含有非有限元素的張量，${label}`,
    name: "名稱",
    infinite: "無限大",
    next: "接下來",
    nextVector: () =>
      "在本頁將這些檔案當作聊天模型提供，並以同系列的任一模型作為基礎模型或目標模型：不再需要建立向量時所用的基礎模型。",
    nextVectors:
      "在本頁將同一個 λ 產生的檔案當作一個聊天模型提供，並以同系列的任一模型作為基礎模型或目標模型：不再需要建立向量時所用的基礎模型。",
    nextFolder:
      "將所有檔案放進同一個資料夾，再把該資料夾交給 transformers 的 `from_pretrained` 或 `vllm serve`：config、tokenizer 和聊天範本都已備妥。",
    nextFolders:
      "將每個 λ 的檔案各放進一個資料夾，再把該資料夾交給 transformers 的 `from_pretrained` 或 `vllm serve`：config、tokenizer 和聊天範本都已備妥。",
    nextWeightsOfSeveral:
      "若要用 transformers 載入模型，請將同一個 λ 的檔案（檔名去掉 λ）與目標模型的 `config.json`、tokenizer 檔案和聊天範本放進同一個資料夾，取代原本的權重，再把該資料夾交給 `from_pretrained`。或者在合併前提供模型的整個資料夾：這樣本頁就會代為完成這一切。",
    nextWeights: () =>
      "若要用 transformers 載入模型，請將合併後的檔案與目標模型的 `config.json`、tokenizer 檔案和聊天範本放進同一個資料夾，取代原本的權重，再把該資料夾交給 `from_pretrained`。或者在合併前提供模型的整個資料夾：這樣本頁就會代為完成這一切。",
  },

  verify: {
    title: "結果正確嗎？",
    about: "讀回結果，從模型重新計算一次，再互相比對。",
    compare: "比對",
    sample: "每個張量的抽樣",
    all: "全部",
    button: "驗證",
    progress: "驗證進度",
    running: "驗證中。",
    stoppedEarly: "驗證在完成前停止了。",
    unreadable: "無法讀回合併後的檔案：",
    wholeIsRight: (size) => `已驗證：全部 ${size} 都與從模型算出的結果一致。`,
    sampleIsRight: (size, all) =>
      `已驗證：${all} 中的 ${size}（取自每個張量的開頭、中間和結尾）與從模型算出的結果一致。`,
    leftOut: (count) => `先前儲存的 ${number(count)} 個檔案已不在這裡，因此不包含在內。`,
  },
};
