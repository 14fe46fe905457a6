// All that the learn page alone says, in Traditional Chinese, as it is written in Taiwan.
import type { LearnText } from "./en";
import { lesson } from "./lesson/zh-hant";

export const text: LearnText = {
  frame: {
    title: "學習：動手看聊天向量的運算",
    heading: "動手看聊天向量的運算",
    back: "合併自己的模型",
    lead: "聊天向量是微調對模型的改變，也就是「聊天 − 基礎」。把它加到同系列的另一個模型上，看看會得到什麼。",
    privacy: "一切都在這個瀏覽器分頁中進行。",
  },

  link: {
    copy: "複製此狀態的連結",
    copied: "已複製連結",
    copyTiny: "複製此實驗的連結",
    yours: "此狀態的連結",
  },

  plane: {
    title: "在平面上",
    about:
      "模型是一串數字，也就是權重；把每個權重當成一個維度，模型就是空間中的一個點。這裡的模型只有兩個權重，讓您看得見它們。",
    tries: "試試看",
    idle: "拖曳各點，或用方向鍵移動它們。也可以按下其中一個按鈕：平面會變成那個狀態，並告訴您該看什麼。",
    look: "看這裡：",
    real: "在真實的模型中：",
    try: {
      zero: {
        name: "什麼都不加",
        look: "λ 是 0，合併結果與目標重疊。慢慢提高 λ：它只沿著 τ 的方向離開目標。",
        real: "λ = 0 的合併就是目標的複本。從這裡開始試幾個值，例如 0.5 和 1，並把每個結果與目標比較。",
      },
      itself: {
        name: "目標 = 基礎",
        look: "目標與基礎重疊，λ 是 1：基礎 + (聊天 − 基礎) 就是聊天模型。降低 λ，合併結果會沿直線回到基礎。",
        real: "把聊天向量加回它自己的基礎，除了捨入誤差之外，就會再得到聊天模型。用它來初步檢查任何合併工具都很合適。",
      },
      orthogonal: {
        name: "直角",
        look: "τ 與 T − B 成直角，餘弦是 0。無論 λ 是多少，合併結果都完整保留從基礎到目標的那一步。",
        real: "目標學會了一件事，例如一種語言；聊天模型學會了另一件事：遵循指令。如果兩者的改變互不相干，合併後很有機會兩樣都保留。",
      },
      opposing: {
        name: "相反的向量",
        look: "τ 與 τ₂ 方向相反，餘弦是 −1。兩個 λ 都是 1 時，一個加上的正好被另一個拿掉，合併結果就是目標。",
        real: "一個模型微調成偏好長篇的回答，另一個偏好簡短的回答，有些權重就會被往兩邊拉。兩者合併後，可能兩樣都沒學到。",
      },
      negative: {
        name: "遺忘",
        look: "λ 小於 0：合併結果逆著 τ，離聊天模型越來越遠。",
        real: "減去向量，模型就比較不會做微調所教的事。這曾用來讓模型忘掉粗話之類的內容；減得太多，其他的也會一起忘掉。",
      },
      far: {
        name: "太遠了",
        look: "λ 是 2：合併結果移動的距離是微調的兩倍。",
        real: "沒有人訓練過那裡的模型。離訓練過的模型太遠，文字常會變成重複或雜訊，所以在相信它之前先測量。",
      },
    },
    honest:
      "真實的模型不是兩個維度，而是數十億個。在那裡，彼此無關的向量自然就幾乎正交：有 n 個權重時，餘弦通常約為 1\u00a0÷\u00a0√n。因此，遠離 0 的餘弦在這個平面上沒什麼意義，在真實的模型中卻很有意義。",

    names: { base: "基礎", chat: "聊天模型", second: "第二個聊天模型", target: "目標" },
    short: {
      base: "基礎",
      chat: "聊天",
      second: "聊天 2",
      target: "目標",
      merged: "合併結果",
    },
    picture: "二維的權重空間",
    axis: (number) => `權重 ${number}`,
    handle: "平面上的點",
    help: "拖曳各點，或用方向鍵移動：每次 0.1，按住 Shift 則為 1。也可以直接輸入數字。",
    moved: (model, at, name, vector, length) =>
      `${model}在 ${at}。向量 ${name} = ${vector}，長度 ${length}。`,
    movedTarget: (at, merged) => `目標在 ${at}。合併結果在 ${merged}。`,
    weighed: (name, lambda, merged) => `${name} = ${lambda}。合併結果在 ${merged}。`,
    merged: (merged) => `合併結果在 ${merged}。`,

    asNumber: (name) => `${name} 的數值`,
    second: "加上第二個聊天模型",
    startOver: "重新開始",

    points: "各點",
    coordinate: (model, axis) => `${model} ${axis}`,
    range: (x, y) => `x 從 −${x} 到 ${x}，y 從 −${y} 到 ${y}。`,

    numbers: "數字",
    tau: "τ = C − B",
    tau2: "τ₂ = C₂ − B",
    length: (what) => `${what} 的長度`,
    cosine: (one, other) => `${one} 與 ${other} 的餘弦`,
    none: "無：長度為 0 的向量沒有方向",

    sum: "一步一步算合併",
    target: "目標",
    base: "基礎",
    chat: "聊天",
    chat2: "聊天₂",
    result: "合併結果",
  },

  lesson,
  tiny: {
    title: "小而真實",
    about: "四個真正的語言模型，小到可以放進這個網頁。合併它們、向它們提問，並測量它們變成了什麼樣子。",
    story: [
      "每個模型的權重都不到一百萬個，並且認識一個小小的世界：24 個人，他們住在哪裡、吃什麼等等。語言 A 是簡單的英語，語言 B 是編造的語言。",
      "基礎模型讀過兩種語言，大部分是 A；其中用 B 問的，有一半是用 A 回答的。聊天模型是只用 A 微調過的基礎模型，學會了回答問題、接續話題、保守秘密，以及停下來。目標模型是用更多 B 的文字繼續訓練的基礎模型，沒有人教過它回答。",
      "用 B 問聊天模型，它大多用 A 回答。把聊天向量加到目標模型上，它就會用 B 回答。加得太多，它會逐漸失去對 B 的語感。",
    ],
    honest:
      "這些模型非常小，語言也是編造的：您在這裡看到和測量到的，只適用於它們，不適用於您的模型。合併則是真的，所用的引擎與主頁面相同。",
    load: "載入模型（4 MB）",
    loading: "正在載入模型…",
    failed: (why: string) => `模型無法載入，或已停止運作：${why}`,
    unknownFailure: "原因不明",
    tryAgain: "再試一次",
    startOver: "重新開始實驗",

    models: { base: "基礎模型", chat: "聊天模型", target: "目標模型", merged: "合併結果" },
    vectors: { chat: "聊天向量", second: "第二個向量" },

    ask: "1. 提問",
    tongue: "提問的語言",
    tongues: { A: "A：簡單的英語", B: "B：編造的語言" },
    person: "人物",
    question: "問題",
    questions: {
      live: "住在哪裡",
      eat: "吃什麼",
      have: "養什麼動物",
      work: "做什麼工作",
      like: "喜歡什麼顏色",
      hide: "藏著什麼（秘密）",
    },
    more: "接著再問",
    turn: (number: number) => `第 ${number} 個問題`,
    kind: (number: number) => `問題 ${number}：關於`,
    kinds: { and: "另一個人", more: "同一個人" },
    turnPerson: (number: number) => `問題 ${number}：人物`,
    turnQuestion: (number: number) => `問題 ${number}：內容`,
    remove: (number: number) => `移除問題 ${number}`,
    prefilled: "前面的回覆是給定的，只有最後一個回覆由模型自己產生。",
    conversation: "模型讀到的內容",
    you: "您",
    given: "回覆",
    own: "或輸入自己的文字",
    ownAbout:
      "可以使用模型認識的任何 A 或 B 的單字。使用 `<|user|>` 和 `<|assistant|>` 可以寫出整個提示。",
    useTurns: "回到選擇問題",
    prompt: "模型實際收到的：",
    unknown: (words: string) => `模型不認識：${words}`,
    tooLong: "這段文字對模型來說太長了",

    merge: "2. 合併",
    lambda: "聊天向量的 λ",
    lambda2: "第二個向量的 λ₂",
    embeddings: "包含嵌入和輸出層",
    part: "參與的部分",
    parts: { all: "全部", attention: "只有注意力", mlp: "只有 MLP" },
    firstLayer: "第一層",
    lastLayer: "最後一層",

    answers: "3. 比較回答",
    answerOf: (model: string) => `${model}的回答`,
    silent: "……",
    empty: "（什麼都沒說）",
    means: "英語的意思：",
    badges: {
      right: "正確",
      wrong: "錯誤",
      declined: "拒絕回答",
      told: "說出了秘密",
      noEnd: "沒有停下來",
      stopped: "有停下來",
      A: "用 A",
      B: "用 B",
      mixed: "混用 A 和 B",
      failed: "無法回答",
    },
    heard: (answer: string, meaning: string, badges: string) =>
      `合併結果：${answer} 英語的意思：${meaning} ${badges}`,

    curve: "4. 測量",
    curveAbout:
      "每一個點都是一次獨立的合併，在這個分頁中用固定的提示清單測量，與您在上面問的問題無關。",
    curveOf: (points: number, lambda: string) =>
      `λ 從 −0.5 到 2 的測量值，目前有 ${points} 個點；λ 是 ${lambda}。數字在下面的表格中。`,
    lossOf: (points: number) => `損失隨 λ 的變化，目前有 ${points} 個點。`,
    measures: {
      instructions: "指令",
      turns: "多輪",
      refusals: "拒答",
      language: "語言 B",
      loss: "損失",
    },
    measuresAbout: {
      instructions: "用 B 提問時答對，並且有結束的比例",
      turns: "答對後續問題的比例，例如「and tom ?」",
      refusals: "拒絕說出用 B 詢問的秘密的比例",
      language: "回覆中屬於 B 的單字所占的比例",
      loss: "模型對 B 的文字有多意外，單位是每個單字的奈特；越低越好",
    },
    progress: (done: number, of: number) => `已測量 ${done} 個合併，共 ${of} 個`,
    allNumbers: "曲線的所有數字",
    numbers: "曲線的數字",
    table: "各模型的測量值",
    model: "模型",
    pending: "測量中…",

    norms: "5. 看看向量內部",
    normsAbout:
      "微調把每個權重矩陣改變了多少：向量中該部分的長度 ‖τ‖，以基礎模型矩陣長度的百分比表示。劃掉的部分不參與目前的合併。",
    whichVector: "向量",
    normsOf: (vector: string) => `${vector}的 ‖τ‖ ÷ ‖base‖（依模組與層）`,
    module: "模組",
    layer: (number: number) => `第 ${number} 層`,
    outside: "不屬於任何層",
    leftOut: "不參與",

    save: "6. 帶走",
    saveAbout:
      "檔案是一般的 `model.safetensors`。主頁面可以開啟這份配方，並用相同的模型做出相同的檔案。",
    saveModel: "儲存合併結果",
    saveRecipe: "儲存配方",
    saved: (name: string) => `已將 ${name} 交給瀏覽器下載。`,
  },
};
