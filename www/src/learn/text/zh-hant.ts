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
    yours: "此狀態的連結",
  },

  plane: {
    title: "在平面上",
    about:
      "模型是一串數字，也就是權重；把每個權重當成一個維度，模型就是空間中的一個點。這裡的模型只有兩個權重，讓你看得見它們。",
    tries: "試試看",
    idle: "拖曳各點，或用方向鍵移動它們。也可以按下其中一個按鈕：平面會變成那個狀態，並告訴你該看什麼。",
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
        real: "目標學會了一件事，例如一種語言；聊天模型學會了另一件事：聽從指示。如果兩者的改變互不相干，合併後很有機會兩樣都保留。",
      },
      opposing: {
        name: "相反的向量",
        look: "τ 與 τ₂ 方向相反，餘弦是 −1。兩個 λ 都是 1 時，一個加上的正好被另一個拿掉，合併結果就是目標。",
        real: "把一個模型微調成長回答，另一個微調成短回答，有些權重就會被往兩邊拉。合併兩者的模型可能兩樣都沒學到。",
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
};
