// All that the learn page alone says, in Japanese.
import type { LearnText } from "./en";
import { lesson } from "./lesson/ja";

export const text: LearnText = {
  frame: {
    title: "学ぶ: チャットベクトルの計算を動かして見る",
    heading: "チャットベクトルの計算を動かして見る",
    back: "自分のモデルをマージする",
    lead: "チャットベクトルとは、チューニングがモデルに加えた変化、つまり「チャット − ベース」です。同じ系列の別のモデルに足して、何ができるか見てみましょう。",
    privacy: "すべてこのブラウザーのタブの中で行われます。",
  },

  link: {
    copy: "この状態へのリンクをコピー",
    copied: "リンクをコピーしました",
    copyTiny: "この実験へのリンクをコピー",
    yours: "この状態へのリンク",
  },

  plane: {
    title: "平面の上で",
    about:
      "モデルは数（重み）の並びです。重み 1 つを 1 つの次元とする空間の、1 つの点と見なせます。ここでは目で見られるように、重みが 2 つだけのモデルを使います。",
    tries: "試してみる",
    idle: "点をドラッグするか、矢印キーで動かしてください。ボタンを押すと、平面がその状態になり、どこを見ればよいかが表示されます。",
    look: "見るところ:",
    real: "実際のモデルでは:",
    try: {
      zero: {
        name: "何も足さない",
        look: "λ は 0 で、マージ結果はターゲットと重なっています。λ を少しずつ上げると、ターゲットから τ の方向へだけ動きます。",
        real: "λ = 0 のマージはターゲットのコピーです。そこから 0.5 や 1 などいくつかの値を試し、それぞれをターゲットと比べてください。",
      },
      itself: {
        name: "ターゲット = ベース",
        look: "ターゲットはベースと重なり、λ は 1 です。ベース + (チャット − ベース) はチャットモデルになります。λ を下げると、マージ結果はまっすぐベースへ戻ります。",
        real: "チャットベクトルをその元のベースに足すと、丸め誤差を除けばチャットモデルに戻ります。マージのツールを確かめる最初のテストに向いています。",
      },
      orthogonal: {
        name: "直角",
        look: "τ と T − B は直角で、コサインは 0 です。λ がいくつでも、マージ結果にはベースからターゲットへの一歩がすべて残ります。",
        real: "ターゲットは言語などを学び、チャットモデルは指示に従うことを学びました。両者の変化が互いに触れ合わなければ、マージで両方が残る見込みは十分あります。",
      },
      opposing: {
        name: "逆向きのベクトル",
        look: "τ と τ₂ は逆を向き、コサインは −1 です。両方の λ が 1 なら、一方が足したものを他方が取り去り、マージ結果はターゲットになります。",
        real: "一方のモデルを長い回答に、もう一方を短い回答にチューニングすると、いくつかの重みは両方へ引っ張られます。両方をマージしたモデルは、どちらも学んでいないかもしれません。",
      },
      negative: {
        name: "忘れさせる",
        look: "λ が 0 より小さいので、マージ結果は τ と反対に、チャットモデルから離れていきます。",
        real: "ベクトルを引くと、チューニングで学んだことをしにくくなります。乱暴な言葉などを忘れさせるのに使われてきましたが、引きすぎるとほかのことまで忘れます。",
      },
      far: {
        name: "行きすぎ",
        look: "λ は 2 で、マージ結果はチューニングの 2 倍の距離を動きます。",
        real: "そのあたりのモデルは、誰も訓練していません。訓練されたモデルから遠いと、文章は繰り返しや意味のない文字になりがちです。信頼する前に測ってください。",
      },
    },
    honest:
      "実際のモデルの次元は 2 つではなく、数十億あります。そこでは、関係のないベクトルどうしは、おのずとほぼ直交します。重みが n 個なら、コサインはふつう 1\u00a0÷\u00a0√n ほどです。ですから 0 から離れたコサインは、この平面ではあまり意味がなく、実際のモデルでは大きな意味があります。",

    names: {
      base: "ベース",
      chat: "チャットモデル",
      second: "2 つ目のチャットモデル",
      target: "ターゲット",
    },
    short: {
      base: "ベース",
      chat: "チャット",
      second: "チャット 2",
      target: "ターゲット",
      merged: "マージ結果",
    },
    picture: "2 次元の重み空間",
    axis: (number) => `重み ${number}`,
    handle: "平面上の点",
    help: "点はドラッグするか、矢印キーで 0.1 ずつ（Shift で 1 ずつ）動かせます。数値の入力もできます。",
    moved: (model, at, name, vector, length) =>
      `${model}は ${at}。ベクトル ${name} = ${vector}、長さ ${length}。`,
    movedTarget: (at, merged) => `ターゲットは ${at}。マージ結果は ${merged}。`,
    weighed: (name, lambda, merged) => `${name} = ${lambda}。マージ結果は ${merged}。`,
    merged: (merged) => `マージ結果は ${merged}。`,

    asNumber: (name) => `${name} の数値`,
    second: "2 つ目のチャットモデルも使う",
    startOver: "最初からやり直す",

    points: "点",
    coordinate: (model, axis) => `${model} ${axis}`,
    range: (x, y) => `x は −${x} から ${x}、y は −${y} から ${y}。`,

    numbers: "数値",
    tau: "τ = C − B",
    tau2: "τ₂ = C₂ − B",
    length: (what) => `${what} の長さ`,
    cosine: (one, other) => `${one} と ${other} のコサイン`,
    none: "なし: 長さ 0 のベクトルには向きがありません",

    sum: "マージの計算を 1 歩ずつ",
    target: "ターゲット",
    base: "ベース",
    chat: "チャット",
    chat2: "チャット₂",
    result: "マージ結果",
  },

  lesson,
  tiny: {
    title: "小さな本物で",
    about:
      "このページに収まるほど小さい、4 つの本物の言語モデルです。マージし、質問し、どう変わったかを測ってみましょう。",
    story: [
      "どのモデルも重みは 100 万個より少なく、小さな世界を知っています。24 人の人がどこに住み、何を食べるか、といったことです。言語 A は簡単な英語、言語 B は架空の言語です。",
      "ベースは両方の言語を読みましたが、ほとんどは A でした。そこでは、B で尋ねられたことの半分が A で答えられています。チャットモデルは、ベースを A だけでチューニングしたものです。質問に答え、話題を保ち、秘密を守り、答え終えたら止まることを学びました。ターゲットは、ベースを B の文章でさらに訓練したものです。答え方は誰も教えていません。",
      "チャットモデルに B で尋ねると、答えのほとんどは A です。ターゲットにチャットベクトルを足すと、B で答えるようになります。足しすぎると、B の感覚を失っていきます。",
    ],
    honest:
      "モデルはごく小さく、言語も架空のものです。ここで見て測れることは、このモデルについてだけ言えることで、あなたのモデルについてではありません。マージは本物で、メインページと同じエンジンが行います。",
    load: "モデルを読み込む (4 MB)",
    loading: "モデルを読み込んでいます…",
    failed: (why: string) => `モデルを読み込めないか、モデルが止まりました: ${why}`,
    unknownFailure: "原因は分かりません",
    tryAgain: "もう一度試す",
    startOver: "実験を最初からやり直す",

    models: { base: "ベース", chat: "チャットモデル", target: "ターゲット", merged: "マージ結果" },
    vectors: { chat: "チャットベクトル", second: "2 つ目のベクトル" },

    ask: "1. 質問する",
    tongue: "質問の言語",
    tongues: { A: "A: 簡単な英語", B: "B: 架空の言語" },
    person: "人",
    question: "質問",
    questions: {
      live: "どこに住むか",
      eat: "何を食べるか",
      have: "どの動物を飼うか",
      work: "仕事は何か",
      like: "何色が好きか",
      hide: "何を隠すか (秘密)",
    },
    more: "続けて質問する",
    turn: (number: number) => `${number} 番目の質問`,
    kind: (number: number) => `質問 ${number}: 誰について`,
    kinds: { and: "別の人", more: "同じ人" },
    turnPerson: (number: number) => `質問 ${number}: 人`,
    turnQuestion: (number: number) => `質問 ${number}: 内容`,
    remove: (number: number) => `質問 ${number} を取り除く`,
    prefilled: "前の返事は与えられています。モデル自身の返事は最後の 1 つだけです。",
    conversation: "モデルが読むもの",
    you: "あなた",
    given: "返事",
    own: "または自分の文章",
    ownAbout:
      "A か B の、モデルが知っている単語だけを使えます。`<|user|>` と `<|assistant|>` を使えば、プロンプト全体を書けます。",
    useTurns: "質問の選択に戻る",
    prompt: "モデルに渡される形:",
    unknown: (words: string) => `モデルが知らない単語: ${words}`,
    tooLong: "モデルには長すぎる文章です",

    merge: "2. マージする",
    lambda: "チャットベクトルの λ",
    lambda2: "2 つ目のベクトルの λ₂",
    embeddings: "埋め込みと出力ヘッドも含める",
    part: "対象",
    parts: { all: "すべて", attention: "アテンションだけ", mlp: "MLP だけ" },
    firstLayer: "最初の層",
    lastLayer: "最後の層",

    answers: "3. 答えを比べる",
    answerOf: (model: string) => `${model}の答え`,
    silent: "……",
    empty: "(何も言わない)",
    means: "英語では:",
    badges: {
      right: "正しい",
      wrong: "誤り",
      declined: "断った",
      told: "秘密を話した",
      noEnd: "止まらずに続けた",
      stopped: "止まった",
      A: "A で",
      B: "B で",
      mixed: "A と B で",
      failed: "答えられませんでした",
    },
    heard: (answer: string, meaning: string, badges: string) =>
      `マージ結果: ${answer} 英語では: ${meaning} ${badges}`,

    curve: "4. 測る",
    curveAbout:
      "点の 1 つ 1 つが別々のマージで、決まったプロンプトの一覧を使ってこのタブの中で測られます。上での質問には左右されません。",
    curveOf: (points: number, lambda: string) =>
      `λ が −0.5 から 2 までの測定値。今のところ ${points} 点。λ は ${lambda}。数値は下の表にあります。`,
    lossOf: (points: number) => `λ に対する損失。今のところ ${points} 点。`,
    measures: {
      instructions: "指示",
      turns: "会話",
      refusals: "拒否",
      language: "言語 B",
      loss: "損失",
    },
    measuresAbout: {
      instructions: "B の質問に正しく答え、そこで終えた割合",
      turns: "「and tom ?」のような、続きの質問に正しく答えた割合",
      refusals: "B での秘密の質問を断った割合",
      language: "返事の単語のうち B のものの割合",
      loss: "B の文章にモデルがどれだけ驚くか。1 語あたりのナットで、低いほど良い",
    },
    progress: (done: number, of: number) => `${of} 個中 ${done} 個のマージを測定済み`,
    allNumbers: "曲線のすべての数値",
    numbers: "曲線の数値",
    table: "モデルの測定値",
    model: "モデル",
    pending: "測定中…",

    norms: "5. ベクトルの中を見る",
    normsAbout:
      "チューニングが各重み行列をどれだけ変えたか。ベクトルのその部分の長さ ‖τ‖ を、ベースの行列の長さに対する百分率で示します。線で消されたものは、今のマージに加わりません。",
    whichVector: "ベクトル",
    normsOf: (vector: string) => `${vector}の ‖τ‖ ÷ ‖base‖ (モジュールと層ごと)`,
    module: "モジュール",
    layer: (number: number) => `層 ${number}`,
    outside: "層の外",
    leftOut: "加わりません",

    save: "6. 持ち帰る",
    saveAbout:
      "ファイルはふつうの `model.safetensors` です。メインページはこのレシピを開き、同じモデルから同じファイルを作ります。",
    saveModel: "マージ結果を保存",
    saveRecipe: "レシピを保存",
    saved: (name: string) => `${name} をブラウザーのダウンロードに渡しました。`,
  },
};
