// What stands in parts of the page that are loaded later, in Japanese.
import type { LaterText } from "./en-later";

const number = (x: number) => x.toLocaleString("ja");

export const laterJa: LaterText = {
  tables: {
    previous: "前へ",
    next: "次へ",
    rowsOf: (from, to, total) => `${number(total)} 件中 ${number(from)}–${number(to)} 件`,
  },

  takeOver: {
    title: "チャットモデルから引き継ぐ行",
    about:
      "これらのトークンについては、重みやルールに関係なく、ターゲットの行をチャットモデルの行でそのまま置き換えます。ターゲットにあっても学習されていない特殊トークンのためのものです。チャットモデルが新たに導入したトークンが候補になります。",
    waits: "すべてのモデルを指定すると、一覧が表示されます。",
    none: "なし。",
    add: "トークンを追加",
    suggest: "候補に戻す",
    chat: (token) => `トークン ${token} のチャットモデル`,
    inChat: (token) => `チャットモデルでのトークン ${token}`,
    inTarget: (token) => `ターゲットでのトークン ${token}`,
    same: "同じ",
    remove: (token) => `トークン ${token} を外す`,
  },

  tokenTables: {
    title: "トークンごとの行",
    tensor: "テンソル",
    matched: "マージ",
    takenOver: "引き継ぎ",
    kept: "維持",
    padding: "トークンなし",
    all: "合計",
  },

  tensorTable: {
    title: (count) => `テンソルの一覧 (${number(count)})`,
    show: "表示",
    actions: {
      all: "すべて",
      merged: "マージ",
      copied: "コピー",
      "left out": "除外",
      refused: "不可",
    },
    search: "名前を検索",
    none: "該当するテンソルはありません。",
    label: "テンソル",
    name: "名前",
    action: "処理",
    shape: "形状",
    dtype: "dtype",
    why: "理由",
    pages: "テンソルのページ",
  },

  report: {
    measure: "指標",
    vectorOf: "対象のベクトル",
    saveCsv: "CSV を保存",
    saveSvg: "SVG を保存",
    measureOf: (measure, chat) => `${measure}（${chat}）`,
    charted: (about) => `（層ごと）: ${about}。τ はチャットベクトル（チャット − ベース）です。`,
    tooLarge: "層またはモジュールが多すぎて描けません。表にはすべてあります。",
    spread: "値ごとのテンソルの数。",
    map: "層とモジュールのマップ",
    mapOf: (title, layers, modules, low, high) =>
      `${title}: ${layers} 層 × ${modules} モジュール、${low} から ${high} まで。数値は下の表にあります。`,
    point: "セルを指すと数値が表示されます。",
    moreOutside: (tensors) => `層の外にあるほかの ${tensors} テンソルは表にあります。`,
    histogram: "テンソルのヒストグラム",
    histogramOf: (title, tensors, low, high) => `${title}: ${tensors}、${low} から ${high} まで。`,
    bin: (low, high, tensors) => `${low} から ${high}: ${tensors}`,
    unknown: "この指標の値はありません。",
    table: "調べたテンソル",
    pages: "調べたテンソルのページ",
    name: "名前",
    infinite: "無限大",
    elements: "要素数",
  },

  measures: {
    ratioAbout: "ベースに対するチャットベクトルのノルムの比",
    cosine: "ターゲット − ベースとのコサイン",
    cosineAbout: "チャットベクトルがターゲット − ベースと同じ向きをどれだけ向くか",
    pair: (chat) => `チャットベクトル ${chat} とのコサイン`,
    pairAbout: (chat) => `チャットモデル ${chat} のベクトルと同じ向きをどれだけ向くか`,
    largest: "最大の変化",
    largestAbout: "|τ| の最大値",
    loss: "丸めによる損失",
    lossAbout: "加えた量のうち、出力の dtype への丸めで失われる割合",
  },

  curve: {
    told: (last, low, high) =>
      `層 0 から ${last} まで、λ は ${low} から ${high} までです。なぞって描くと変更できます。ビジョンタワーなど、ほかの部分の層もこれに従います。`,
  },

  interrupted: {
    label: "中断されたマージ",
    title: "マージが中断されました",
    about: (done, total) =>
      `${total} のうち ${done} まで終わっています。同じファイルをもう一度指定すると、続きから再開できます:`,
    filesOf: (role) => `${role}:`,
    more: (count) => `ほか ${count} 個`,
    resume: "再開",
    delete: "中断されたマージを削除",
    deleteTitle: "中断されたマージを削除しますか？",
    deleteAbout: (done) =>
      `終わっている ${done} 分が削除されます。お手元のファイルには影響しません。`,
  },

  recipeLink: {
    unknown:
      "このリンクが示すレシピは、このページにはありません。手元のレシピを開くか、レシピなしで始めてください。",
    failed:
      "リンクのレシピを読み込めませんでした。ネットワークを確認して、ページを再読み込みしてください。",
  },

  mergekit: {
    firstOf: (outputs) =>
      `${outputs} 個の出力のうち最初のものです。mergekit は一度に 1 つしか作りません。`,
    sameName:
      "同じ名前のモデルが 2 つあります。それぞれのパスを書かないと、mergekit は 1 つとみなします。",
    dtypes: (dtypes) =>
      `出力に ${dtypes.join(" と ")} のテンソルがあります。mergekit はすべてを 1 つの dtype で保存します。`,
    lastBits: "F32 では最後のビットがところどころ異なります。mergekit は足す順序が異なります。",
    f64: "F64 のテンソルは、ここでは F64 で、mergekit では F32 でマージされます。",
    otherDtypes:
      "マージされないテンソル（整数、FP8 など）は、ここではターゲットからコピーされます。mergekit では異なることがあります。",
    byToken:
      "埋め込みの行は、ここではトークンで対応付けられ、一部はチャットモデルから引き継がれることがあります。mergekit で最も近いのは `tokenizer: {source: …}` です。",
    rowsKept:
      "埋め込みの行数が異なります。ここではそのまま残しますが、mergekit はそのようなモデルを拒否するか、`tokenizer: {source: …}` でトークンごとに対応付けます。",
    rowsMerged:
      "埋め込みの行数が異なります。ここでは共通する行をマージしますが、mergekit はそのようなモデルを拒否するか、`tokenizer: {source: …}` でトークンごとに対応付けます。",
    unmatched: "対応しないテンソルは、ここではターゲットからコピーされますが、mergekit は停止します。",
    shards: (bytes) => `シャード: コマンドに --out-shard-size ${bytes} を加えてください。`,
    fromBase: "mergekit は config とトークナイザーをベースから取り、チャットテンプレートは取りません。",
    fromBaseOnly:
      "mergekit は config とトークナイザーをターゲットではなくベースから取り、チャットテンプレートは取りません。",
    copied:
      "ここでコピーされるものは、mergekit では base + (target − base) になり、最後のビットが異なることがあります。",
  },
};
