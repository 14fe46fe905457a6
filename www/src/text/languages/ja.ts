// All that the page says, in Japanese.
import type { Text } from "./en";

export { default as core } from "./core/ja.json";
export { laterJa as later } from "./ja-later";

const number = (x: number) => x.toLocaleString("ja");
/** A name and what follows it, apart where the name ends in a digit. */
const joined = (name: string, rest: string) => (/\w$/.test(name) ? `${name} ${rest}` : name + rest);

export const text: Text = {
  // Numbers and lists
  number,
  bytes: (count) => `${count} バイト`,
  seconds: (seconds) => `${seconds} 秒`,
  minutes: (minutes, seconds) => `${minutes} 分 ${seconds} 秒`,
  hours: (hours, minutes) => `${hours} 時間 ${minutes} 分`,
  files: (count) => `${number(count)} ファイル`,
  tensors: (count) => `${number(count)} テンソル`,
  list: (names) => names.join("、"),
  andMore: (name, more) => `${name} ほか ${more} 個`,
  doneOf: (done, total) => `${total} 中 ${done}`,

  // What stands in several places
  starting: "開始しています…",
  stop: "停止",
  stopping: "停止しています…",
  loading: "読み込んでいます…",
  notLoaded:
    "ページのこの部分を読み込めませんでした。ネットワークに接続して、ページを再読み込みしてください。",
  keep: "残す",
  delete: "削除",

  frame: {
    title: "chat-vector: ブラウザーでチェックポイントをマージ",
    language: "言語",
    lead: "チャットモデルが学んだことを別のモデルに加えます。safetensors チェックポイントのマージは、すべてこのブラウザーのタブの中で行われます。",
    privacy:
      "データがこのコンピューターの外に出ることはありません。アップロードもアカウントもサーバーも不要です。",
    learn: "仕組みを学ぶ",
    method:
      "手法は Huang et al., “Chat Vector: A Simple Approach to Equip LLMs with Instruction Following and Model Alignment in New Languages”, ACL 2024 によります。",
    offline: {
      no: "",
      works: "オフラインでも使えます。",
      newer: "新しいバージョンがあります。ページを再読み込みしてください。",
    },
  },

  steps: {
    models: "モデル",
    modelsAbout:
      "各モデルを、1 つの .safetensors ファイル、すべてのシャード、またはフォルダーごと指定してください。マージの前に読むのはヘッダーだけです。",
    vector: "ベクトル",
    vectorAbout: "ベクトルをどのテンソルにどれだけ加えるか、出力をどのような形にするかを決めます。",
    plan: "プラン",
    planAbout: "マージで行われることを、テンソルごとに示します。",
    merge: "マージ",
    mergeAbout: "モデルを少しずつ読むので、モデルが大きくてもメモリは増えません。",
    result: "結果",
  },

  title: {
    base: "ベース",
    target: "ターゲット",
    chat: (chat) => `チャットモデル ${chat}`,
  },
  role: {
    base: "ベース",
    target: "ターゲット",
    chat: (chat) => `チャットモデル ${chat}`,
  },

  models: {
    baseAbout: "チャットモデルの元になったモデル。",
    targetAbout: "ベクトルを加える先のモデル。省略するとベースになります。",
    chatAbout: "ベースをチューニングしたモデル。",
    add: "チャットモデルを追加",
    dropHere: "ここにファイルかフォルダーをドロップ、または選択",
    files: "ファイル",
    filesOf: (title) => joined(title, "のファイル"),
    folder: "フォルダー",
    folderOf: (title) => joined(title, "のフォルダー"),
    noFiles: "ファイルなし",
    shards: (stem, count) => `${stem}、${number(count)} シャード`,
    remove: "外す",
    removeFiles: (role) => joined(role, "のファイルを外す"),
    removeCard: "マージから外す",
    removeCardOf: (role) => joined(role, "をマージから外す"),
    name: "名前",
    nameOf: (title) => joined(title, "の名前"),
    weight: "重み",
    weightOf: (title) => joined(title, "の重み"),
    oneWeight: "「0.5, 1」のように複数入力すると、それぞれの出力を作ります。",
    severalWeights: (outputs) =>
      `重みごとに 1 つ、合わせて ${number(outputs)} 個の出力を作ります。曲線とルールはすべてに適用されます。`,
    curve: "層ごとの λ",
    curveFor: (role) => joined(role, "の層ごとの λ"),
    curveAbout:
      "「0: 0.2, 15: 1」のような点を入力します。点の間は直線で結ばれます。このとき上の重みは、層の外にあるテンソルに使われます。",
    curveOf: (title) => joined(title, "の層ごとの重み"),
    curvePicture: (title) => `${title}: 層ごとの λ`,
    reading: "ヘッダーを読んでいます…",
    isVector: "チャットベクトルです。そのまま加えられ、ベースは引かれません。",
    moreProblems: (count) => `ほか ${count} 件は「問題」にあります`,
    theBase: "ベースモデル",
    missing: (models) => `まず、次のファイルを指定してください: ${models}。`,
    droppedNothing: "ドロップされたものにファイルがありません。",
    droppedUnreadable: "ドロップされたものを読めませんでした：",
    tooMany: (most) =>
      `このフォルダーには ${number(most)} 個を超える項目があります。1 つのモデルのフォルダーだけを指定してください。`,
    workerStopped:
      "ヘッダーを読めませんでした。読んでいる間にページのワーカーが停止しました。ファイルを指定し直してください。",
    interrupted: ["", "中断されたマージ", "を続けるには、同じファイルをもう一度指定してください。"],
    madeWith: (files) => `このレシピは ${files} で作られました。`,
    madeWithOthers: (files) => `このレシピは別のファイルで作られました: ${files}。`,
  },

  samples: {
    question: "手元にモデルがない場合は",
    button: "サンプルモデルで試す",
    loading: "サンプルモデルを読み込んでいます…",
    given: "サンプルモデルです。形は本物ですが、値は架空のものです。",
    onward: "マージへ進む",
    failed: (why) =>
      `読み込めませんでした。ネットワークを確認して、もう一度お試しください。（${why}）`,
  },

  formula: {
    merged: "マージ結果",
    vector: "チャットベクトル",
    layer: "層",
    outsideOfLayers: (where) => `層以外では ${where}`,
  },

  rules: {
    preset: "テンソルルールのプリセット",
    presets: {
      "all tensors": "すべてのテンソル",
      "skip embeddings and lm_head": "埋め込みと lm_head を除く",
      "skip embeddings, lm_head and norms": "埋め込みと lm_head と正規化層を除く",
      custom: "カスタム",
    },
    about:
      "ルールは、名前が一致するテンソルに独自の重みを与えます。最初に一致したルールが優先され、重み 0 ではテンソルがターゲットのまま残ります。パターンでは、`*` は任意の文字列、`?` は任意の 1 文字、`[0-9]` は範囲内の 1 文字、`{a,b}` はいずれかに一致します。",
    none: "ルールなし: すべてのテンソルが各モデルの重みでマージされます。",
    add: "ルールを追加",
    pattern: (rule) => `ルール ${rule} のパターン`,
    weight: (rule, chat) => `ルール ${rule} のチャットモデル ${chat} の重み`,
    up: (rule) => `ルール ${rule} を上へ移動`,
    down: (rule) => `ルール ${rule} を下へ移動`,
    remove: (rule) => `ルール ${rule} を削除`,
    matches: (decides, matches) => `一致 ${matches} 個中 ${number(decides)} テンソル`,
  },

  typed: {
    weight: (name) => `${name}には、1 や -0.5 のような、32 ビットで表せる有限の数を入力してください。`,
    weights: (name) =>
      `${name}には、1 や -0.5 のような、32 ビットで表せる有限の数を入力してください。複数の場合は「0.5, 1」のようにコンマと空白で区切ってください。`,
    listsDiffer: (chat, weights, other, its) =>
      `重みのリストは順に組み合わされますが、チャットモデル ${chat} は ${weights} 個、チャットモデル ${other} は ${its} 個です。同じ個数にするか、全体で 1 つにしてください。`,
    tooManyOutputs: (most) =>
      `一度に作れる出力は ${number(most)} 個までです。重みを減らしてください。`,
    sameOutputs: (weights) =>
      `2 つの出力の重みが同じになります（${weights}）。1 回だけ入力してください。`,
    curve: (title) =>
      joined(
        title,
        "の層ごとの重みには、「0: 0.2, 15: 1」のような点を、1 つの層に 1 回だけ入力してください。",
      ),
    shardSize: "シャードのサイズ (GB) には、0 より大きい数を入力してください。",
  },

  options: {
    goal: "作成するもの",
    goals: { "merged model": "マージしたモデル", "chat vector": "チャットベクトル" },
    makesModel: "ターゲットにチャットベクトルを加えたものです。",
    makesVector:
      "Σ λ (チャット − ベース) をファイルにします。これらのモデルとベースの代わりに、チャットモデルとして指定できます。",
    dtype: "出力の dtype",
    sameAsTarget: "ターゲットと同じ",
    computesInF32: "マージは F32 で計算し、丸めは 1 回だけです。",
    vectorInF32:
      "チャットベクトルは F32 で保存します。これを使ったマージは、元のモデルを使ったものと同じ結果になります。",
    rows: "埋め込みの行",
    rowsWays: {
      "copy the target's": "ターゲットの行をコピー",
      "merge the rows both have": "共通する行をマージ",
      "match by token": "トークンで対応付け",
    },
    rowsByToken:
      "埋め込みと出力ヘッドの各行を、全モデルの tokenizer.json に従い、同じトークンの行とマージします。いずれかのモデルにないトークンの行は、ターゲットのままです。",
    rowsPlain: "行数だけが異なる場合（語彙の拡張）の扱いです。",
    shards: "シャード",
    shardsWays: {
      "as the target": "ターゲットと同じ",
      "one file": "1 ファイル",
      "at most N GB a shard": "1 シャードあたり最大 N GB",
    },
    shardSize: "シャードのサイズ (GB)",
    output: "出力",
    outputs: { "whole folder": "フォルダー全体", "weights only": "重みのみ" },
    outputFolder:
      "ターゲットのフォルダーが指定されていれば、config、トークナイザー、モデルカード、レシピも出力します。",
    outputWeights: "config とトークナイザーは出力しません。",
    settings: "チャットテンプレートと eos",
    settingsWays: {
      "the last chat model's": "最後のチャットモデルのもの",
      "the target's": "ターゲットのもの",
    },
    settingsAbout: "生成設定もこれに従います。",
    saveTo: "保存先",
    saveToWays: { chosen: "選んだファイルかフォルダー", downloads: "ダウンロード" },
    savesChosen: "「マージ」を押すとブラウザーが保存先を尋ね、そこへ直接書き込みます。",
    savesInMemory:
      "このブラウザーにはページ専用のディスクがないため、保存するまで結果全体をメモリに置きます。約 2 GB を超えると失敗することがあります。",
    savesOnDisk:
      "リンクから保存するまで、ブラウザーがファイルを専用のディスクに置きます。そのため、一時的に 2 倍の容量が必要です。",
    copyUnmatched: "対応しないものはコピーする",
    copyUnmatchedAbout:
      "一部のモデルにない、または形状が異なるテンソルを、問題として扱わずにターゲットからコピーします。",
  },

  recipe: {
    about:
      "これらの選択をまとめたものがレシピです。保存しておけば、同じマージを繰り返せます。マージした各ファイルにも、そのレシピが入っています。",
    save: "レシピを保存",
    open: "レシピを開く",
    export: "mergekit 用に書き出す",
    notYet: "まだ保存できません：",
    notSaved: "保存できません：",
    saved: (file) => `${file} として保存しました。`,
    exportNotYet: "まだ書き出せません。問題のないプランが必要です。",
    exportVector: "書き出せません。mergekit はモデルをマージするもので、チャットベクトルを扱えません。",
    notExported: "書き出せません：",
    exported: (file) => `mergekit 0.1.5 用に ${file} として保存しました。`,
    exportLacks: "書き表せないものがあります：",
    opened: (file, chats) => `${file} を開きました（チャットモデル ${number(chats)} 個）。`,
    closed: (titles) => `不要になったため、次のものを閉じました: ${titles}。`,
  },

  plan: {
    planning: "プランを作成しています…",
    empty: "ベースとすべてのチャットモデルを指定すると、ここにプランが表示されます。",
    outputs: (outputs, size, labels) =>
      `入力を 1 回読んで ${number(outputs)} 個の出力（合計 ${size}）を作ります: ${labels}。以下は最初の出力のものです。`,
    size: "サイズ",
    filesCount: () => "ファイル",
    merged: "マージ",
    copied: "コピー",
    leftOut: "除外",
    refused: "不可",
    written: (files) => `書き込まれるファイル: ${number(files)} 個`,
    folder: "重み以外のファイル",
    notices: "お知らせ",
    problems: "問題",
    problemsCount: (count) => `問題 ${number(count)} 件`,
  },

  inspection: {
    title: "チャットベクトルの特徴は？",
    about:
      "モデルを最後まで読み、テンソルごとにチャットベクトルの大きさと向きを測ります。何も書き込みません。マージ中にも同じことがわかります。",
    noBase:
      "作成するチャットベクトルや、ファイルとして指定されたチャットベクトルには、比べるベースがありません。",
    button: "モデルを調べる",
    progress: "調査の進行状況",
    running: "調べています。",
    stoppedEarly: "調査が途中で停止しました。",
    nothing: "すべてのモデルに共通するテンソルがなく、調べるものがありません。",
    inspected: (tensors) => `${number(tensors)} テンソルを調べました。`,
    seenByMerge: (tensors) => `マージ中に ${number(tensors)} テンソルを調べました。`,
    sampled: (share) =>
      `大きなテンソルは一部だけを調べました（全要素の ${share}）。すべての要素を測るには、モデルを調べてください。`,
    fine: "おかしな点はありません。",
    warned: (count) => `警告が ${number(count)} 件あります。`,
    whole: "モデル全体",
    warnings: "モデルに関する警告",
    changed: "その後、設定が変わりました。丸めによる損失は変更前の設定でのものです。",
    noticedByMerge: (count) =>
      `マージ中にモデルについて気付いた点があります。「プラン」のチャットベクトルの欄に警告が ${number(count)} 件あります。`,
    vector: (chat, ratio, largest) =>
      `チャットモデル ${chat}: ベクトルのノルムはベースの ${ratio}、最大の変化は ${largest} です。`,
    vectorAlong: (chat, ratio, largest, cosine) =>
      `チャットモデル ${chat}: ベクトルのノルムはベースの ${ratio}、最大の変化は ${largest}、ターゲット − ベースとのコサインは ${cosine} です。`,
    roundingLoses: (share) => `出力の dtype への丸めで、加えた量の ${share} が失われます。`,
    roundingChanges: (times) =>
      `出力の dtype への丸めによる変化が、加えた量を上回ります（${times} 倍）。`,
    details: (tensors) => `層ごと、テンソルごとに見る (${number(tensors)})`,
    notLoaded:
      "ページのこの部分を読み込めませんでした。ネットワークに接続して、もう一度開いてください。",
  },

  blocked: {
    dead: "まずページを再読み込みする必要があります。",
    verifying: "前回のマージを検証しています…",
    inspecting: "モデルを調べています…",
    problems: "まず上の問題を解決する必要があります。",
    tokenizers: "トークナイザーを読んでいます…",
  },

  merge: {
    button: "マージ",
    choosing: "ブラウザーのダイアログでの選択を待っています…",
    toDownloads: "完了すると、ファイルごとに保存用のリンクが表示されます。",
    toFile: "ブラウザーが書き込み先のファイルを尋ねます。",
    toFolder: "ブラウザーが書き込み先のフォルダーを尋ねます。",
    toFolders: "ブラウザーがフォルダーを尋ねます。その中に λ ごとのフォルダーを作ります。",
    saveEach: "シャードを 1 つずつ保存してから次を書く",
    saveEachAbout: (times) =>
      `結果がブラウザーの空き容量より大きい場合のためのものです。マージは ${times} 回、保存を待ちます。ブラウザーに置かれるシャードは常に 1 つです。`,
    roomForShard: (room, needed) =>
      `ブラウザーによると空き容量は約 ${room} で、最大のシャードには ${needed} が必要です。マージを試すことはできますが、容量が尽きると停止することがあります。`,
    roomForAll: (room, needed) =>
      `ブラウザーによると空き容量は約 ${room} で、マージしたファイルには ${needed} が必要です。マージを試すことはできますが、容量が尽きると停止することがあります。`,
    smallerShards: "シャードを小さくすれば、1 つずつ保存してから次を書けます。",
    fewerWeights:
      "一度に使う重みを減らすと必要な容量も減ります。1 つだけなら、シャードを 1 つずつ保存できます。",
    unsaved:
      "前回のマージには、まだ保存していないファイルがあります。次のマージが完了すると、ブラウザーから削除されます。",
    cancelled: "キャンセルしました。何も残っていません。",
    failed: "マージは完了しませんでした。理由は「問題」にあります。",
    done: "完了しました。結果は下にあります。",
    progress: "マージの進行状況",
    cancel: "キャンセル",
    cancelling: "キャンセルしています…",
    waits:
      "マージは待機中です。このシャードを保存し、ダウンロードフォルダーに完全に保存されたことを確かめてから続けてください。続けると、ブラウザーは自分のコピーを削除し、次のシャードを書きます。",
    goOn: "保存したので続ける",
    offered: (file) => `${file} を保存できます。マージは待機中です。`,
    running: "マージしています。",
    finishing: "ファイルを仕上げています。",
    percent: (percent) => `${percent} パーセントまでマージしました。`,
    pace: (done, rate, left) => `${done} · ${rate} · 残り約 ${left}`,
    finishingFile: (file) =>
      `\`${file}\` を仕上げています。ブラウザーがファイルを確認して閉じるまで、しばらくかかることがあります。`,
    fileType: "safetensors チェックポイント",
    noDialog: "このブラウザーにはフォルダーを選ぶダイアログがありません。",
    folderInUse: (folder) =>
      `選んだ場所には ${folder} というフォルダーがすでにあり、空ではありません。別の場所を選ぶか、そのフォルダーを移してください。`,
    notChosen:
      "ファイルが選ばれなかったため、マージしませんでした。`保存先: ダウンロード` ならダイアログは不要です。",
    notStarted: "マージを開始できませんでした：",
    stoppedEarly:
      "マージが途中で停止しました。繰り返し起きる場合は、メモリが足りないのかもしれません。ほかのタブやプログラムを閉じてください。",
    elsewhere: "このマージは、すでに別のタブで続行されています。",
    resume: "ファイルをもう一度指定して、「マージ」の近くの「再開」を押してください。",
    interruptedTakesRoom: "中断されたマージも容量を使います。先に再開するか削除してください。",
    lastTakesRoom: "前回のマージのファイルも容量を使います。先に削除してください。",
    tickSaveEach: (label) => `または、「マージ」の近くの「${label}」にチェックを入れてください。`,
    chooseSmaller:
      "または、シャードを小さくしてください。1 つずつ保存してから次を書けるようになります。",
    orFewerWeights: "または、一度に使う重みを減らしてください。",
    keepOne: (file) => `すでに保存した ${file} は残しておいてください。`,
    keepFiles: (count) => `すでに保存した ${count} 個のファイルは残しておいてください。`,
    oneIsNoModel: (file) =>
      `すでに保存した ${file} だけでは完全なモデルになりません。削除してください。`,
    filesAreNoModel: (count) =>
      `すでに保存した ${count} 個のファイルだけでは完全なモデルになりません。削除してください。`,
    workerFailed: (why) =>
      `ページの処理を行う部分が起動できませんでした（${why}）。ページを再読み込みしてください。それでも解決しない場合は、ブラウザーが古すぎるのかもしれません。`,
    workerFailedAgain: (why) =>
      `ページの処理を行う部分が何度も停止しました（${why}）。ページを再読み込みしてください。それでも解決しない場合は、ブラウザーが古すぎるのかもしれません。`,
    workerReplaced: (why) =>
      `ページの処理を行う部分が予期せず停止し（${why}）、再起動されました。`,
  },

  result: {
    about: (files, size, time) => `${number(files)} ファイル、${size}、${time}でマージしました。`,
    aboutSeveral: (outputs, about) => `${number(outputs)} 個の出力、${about}`,
    files: "書き込まれたファイル",
    save: (file) => `${file} を保存`,
    downloadStarted: "ダウンロードを開始しました",
    savedBefore: "保存済み",
    orFileByFile: "または、ファイルごとに保存できます:",
    fileByFile: (label, files) => `または、${label} の ${number(files)} ファイルを 1 つずつ保存`,
    fileByFileAbout: "名前の先頭に λ が付くので、あとで取り除いてください。",
    keepOpen: "ダウンロードが終わるまで、このページを開いておいてください。",
    onDisk:
      "終わったら、ブラウザーのディスク容量を空けてください。次のマージが完了したときにも空きます。",
    inMemory: "次のマージを行うかページを閉じると、これらのファイルはメモリから消えます。",
    delete: "マージしたファイルをブラウザーから削除",
    isSaved: "保存しましたか？",
    areSaved: "すべて保存しましたか？",
    deleteOne:
      "ダウンロードフォルダーに、マージしたファイルが完全に保存されていることを確かめてください。削除すると、ブラウザーには何も残りません。",
    deleteAll: (count) =>
      `ダウンロードフォルダーに、マージした ${count} 個のファイルがすべて完全に保存されていることを確かめてください。削除すると、ブラウザーには何も残りません。`,
    zip: "すべてのファイルを 1 つの zip にまとめる",
    zipOf: (label) => `${label} のすべてのファイルを 1 つの zip にまとめる`,
    zipSize: (size) => `${size}、無圧縮`,
    zipReading: (done, total) => `読んでいます（${total} 中 ${done}）…`,
    zipFailed: "作成できません：",
    sha256Of: (file) => `${file} の SHA-256`,
    copySha256: "SHA-256 をコピー",
    copySha256Of: (file) => `${file} の SHA-256 をコピー`,
    sha256Copied: "SHA-256 をコピーしました",
    sha256Failed: "計算できません：",
    nonFinite: (tensors) => `有限でない要素を含むテンソル: ${number(tensors)} 個`,
    nonFiniteAbout:
      "入力にすでにそのような要素があるか、重みが大きすぎるか、値が出力の dtype に収まりません（F16 は 65,504 まで）。",
    nonFiniteLabel: "有限でないテンソル",
    nonFiniteLabelOf: (label) => `有限でないテンソル、${label}`,
    name: "名前",
    infinite: "無限大",
    next: "次にすること",
    nextVector: () =>
      "このファイルを、このページでチャットモデルとして指定してください。ベースやターゲットには、同じ系列のどのモデルでも使えます。ベクトルの元になったベースは、もう必要ありません。",
    nextVectors:
      "1 つの λ で作ったものを 1 つのチャットモデルとして、このページで指定してください。ベースやターゲットには、同じ系列のどのモデルでも使えます。ベクトルの元になったベースは、もう必要ありません。",
    nextFolder:
      "すべてのファイルを 1 つのフォルダーに入れ、transformers の `from_pretrained` か `vllm serve` に指定してください。config、トークナイザー、チャットテンプレートもそろっています。",
    nextFolders:
      "λ ごとにファイルを 1 つのフォルダーに入れ、transformers の `from_pretrained` か `vllm serve` に指定してください。config、トークナイザー、チャットテンプレートもそろっています。",
    nextWeightsOfSeveral:
      "transformers で読み込むには、1 つの λ のファイルを、名前から λ を取り除いて、ターゲットの `config.json`、トークナイザーのファイル、チャットテンプレートと一緒に（元の重みの代わりに）フォルダーに入れ、`from_pretrained` に指定してください。マージの前にモデルをフォルダーごと指定すれば、このページがすべて行います。",
    nextWeights: () =>
      "transformers で読み込むには、マージしたファイルを、ターゲットの `config.json`、トークナイザーのファイル、チャットテンプレートと一緒に（元の重みの代わりに）フォルダーに入れ、`from_pretrained` に指定してください。マージの前にモデルをフォルダーごと指定すれば、このページがすべて行います。",
  },

  verify: {
    title: "正しくできたか確かめる",
    about: "結果を読み直し、モデルからもう一度計算して比べます。",
    compare: "比べる範囲",
    sample: "各テンソルの一部",
    all: "すべて",
    button: "検証",
    progress: "検証の進行状況",
    running: "検証しています。",
    stoppedEarly: "検証が途中で停止しました。",
    unreadable: "マージしたファイルを読み直せません：",
    wholeIsRight: (size) => `検証済み: ${size} すべてが、モデルから計算した値と一致します。`,
    sampleIsRight: (size, all) =>
      `検証済み: ${all} のうち ${size}（各テンソルの先頭、中央、末尾）が、モデルから計算した値と一致します。`,
    leftOut: (count) =>
      `すでに保存した ${number(count)} 個のファイルはもうここにないため、検証に含まれていません。`,
  },
};
