// What stands in parts of the page that are loaded later, in Traditional Chinese.
import type { LaterText } from "./en-later";

const number = (x: number) => x.toLocaleString("zh-Hant");

export const laterZhHant: LaterText = {
  tables: {
    previous: "上一頁",
    next: "下一頁",
    rowsOf: (from, to, total) => `第 ${number(from)}–${number(to)} 筆，共 ${number(total)} 筆`,
  },

  takeOver: {
    title: "從聊天模型沿用的列",
    about:
      "無論權重和規則為何，目標模型中這些 token 的列都會直接換成聊天模型的列：適用於目標模型有、但從未學過的特殊 token。建議清單列出的是聊天模型新引入的 token。",
    waits: "提供所有模型後，清單就會顯示。",
    none: "無。",
    add: "新增 token",
    suggest: "恢復為建議清單",
    chat: (token) => `token ${token} 的聊天模型`,
    inChat: (token) => `聊天模型中的 token ${token}`,
    inTarget: (token) => `目標模型中的 token ${token}`,
    same: "相同",
    remove: (token) => `移除 token ${token}`,
  },

  tokenTables: {
    title: "依 token 對應的列",
    tensor: "張量",
    matched: "合併",
    takenOver: "沿用",
    kept: "維持",
    padding: "無 token",
    all: "總計",
  },

  tensorTable: {
    title: (count) => `逐一檢視張量（${number(count)}）`,
    show: "顯示",
    actions: {
      all: "全部",
      merged: "合併",
      copied: "複製",
      "left out": "略過",
      refused: "拒絕",
    },
    search: "搜尋名稱",
    none: "沒有符合的張量。",
    label: "張量",
    name: "名稱",
    action: "動作",
    shape: "形狀",
    dtype: "dtype",
    why: "原因",
    pages: "張量的分頁",
  },

  report: {
    measure: "指標",
    vectorOf: "向量來源",
    saveCsv: "儲存 CSV",
    saveSvg: "儲存 SVG",
    measureOf: (measure, chat) => `${measure}，${chat}`,
    charted: (about) => `，逐層顯示：${about}。τ 是聊天向量，即「聊天 − 基礎」。`,
    tooLarge: "層或模組太多，無法繪製。完整內容請見表格。",
    spread: "各數值區間的張量數。",
    map: "層與模組的分布圖",
    mapOf: (title, layers, modules, low, high) =>
      `${title}：${layers} 層 × ${modules} 個模組，從 ${low} 到 ${high}。數值請見下方表格。`,
    point: "指向格子即可讀取數值。",
    moreOutside: (tensors) => `另有 ${tensors} 個不屬於任何一層的張量，請見表格。`,
    histogram: "張量的直方圖",
    histogramOf: (title, tensors, low, high) => `${title}：${tensors}，從 ${low} 到 ${high}。`,
    bin: (low, high, tensors) => `${low} 到 ${high}：${tensors}`,
    unknown: "沒有這項指標的資料。",
    table: "已分析的張量",
    pages: "已分析張量的分頁",
    name: "名稱",
    infinite: "無限大",
    elements: "元素",
  },

  measures: {
    ratioAbout: "聊天向量的範數相對於基礎模型的範數",
    cosine: "與「目標 − 基礎」的餘弦",
    cosineAbout: "聊天向量有多接近「目標 − 基礎」的方向",
    pair: (chat) => `與聊天向量 ${chat} 的餘弦`,
    pairAbout: (chat) => `有多接近聊天模型 ${chat} 的向量方向`,
    largest: "最大變化",
    largestAbout: "最大的 |τ|",
    loss: "捨入損失",
    lossAbout: "所加內容在捨入到輸出 dtype 時損失的比例",
  },

  curve: {
    told: (last, low, high) =>
      `第 0 到 ${last} 層，λ 從 ${low} 到 ${high}。在圖上拖曳即可修改。其他部分的層（例如視覺模組）也適用。`,
  },

  interrupted: {
    label: "中斷的合併",
    title: "有一個合併中斷了",
    about: (done, total) => `已完成 ${done}，共 ${total}。再次提供相同的檔案即可從中斷處繼續：`,
    filesOf: (role) => `${role}：`,
    more: (count) => `另有 ${count} 個`,
    resume: "繼續",
    delete: "刪除中斷的合併",
    deleteTitle: "要刪除中斷的合併嗎？",
    deleteAbout: (done) => `已完成的 ${done} 會被刪除。您自己的檔案不受影響。`,
  },

  recipeLink: {
    unknown:
      "這個頁面沒有連結所指的配方。請開啟自己的配方，或不用配方直接開始。",
    failed:
      "無法載入連結中的配方。請確認網路連線，然後重新載入頁面。",
  },

  mergekit: {
    firstOf: (outputs) => `這是 ${outputs} 個輸出中的第一個：mergekit 一次只產生一個。`,
    sameName: "有兩個模型名稱相同：請分別寫出路徑，否則 mergekit 會把它們當成同一個。",
    dtypes: (dtypes) => `輸出含有 ${dtypes.join(" 和 ")} 的張量：mergekit 會全部存成同一種 dtype。`,
    lastBits: "在 F32 下，最後幾個位元可能略有不同：mergekit 相加的順序不同。",
    f64: "F64 張量在這裡以 F64 合併，mergekit 則以 F32 合併。",
    otherDtypes:
      "不參與合併的張量（整數、FP8 等）在這裡是從目標模型複製；mergekit 的做法可能不同。",
    byToken:
      "嵌入的列在這裡是依 token 對應，有些可能沿用自聊天模型：mergekit 最接近的做法是 `tokenizer: {source: …}`。",
    rowsKept:
      "嵌入的列數不同：這裡會維持原樣；mergekit 會拒絕這種模型，或以 `tokenizer: {source: …}` 依 token 對應。",
    rowsMerged:
      "嵌入的列數不同：這裡會合併共有的列；mergekit 會拒絕這種模型，或以 `tokenizer: {source: …}` 依 token 對應。",
    unmatched: "不相符的張量在這裡是從目標模型複製；mergekit 遇到時會停止。",
    shards: (bytes) => `分片：請在指令中加上 --out-shard-size ${bytes}。`,
    fromBase: "mergekit 的 config 和 tokenizer 取自基礎模型，且不含聊天範本。",
    fromBaseOnly: "mergekit 的 config 和 tokenizer 取自基礎模型而非目標模型，且不含聊天範本。",
    copied: "在這裡是複製的內容，在 mergekit 是 base + (target − base)：最後一個位元可能不同。",
  },
};
