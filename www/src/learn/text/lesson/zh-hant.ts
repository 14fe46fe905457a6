// What part 3 of the learn page says, in Traditional Chinese, as it is written in Taiwan.
import type { LessonText } from "./en";

export const lesson: LessonText = {
  title: "用自己的模型做同樣的事",
  about: "從迷你模型走到真實模型的合併：需要什麼、該選什麼，以及如何判斷是否成功。",

  steps: {
    title: "從這裡到自己的合併",
    source: "來源：",
    sources: "來源：",
    openPage: "開啟合併頁面",
    step: {
      models: {
        title: "找三個同系列的模型",
        text: "您需要：只用文字訓練的基礎模型；正是由這個基礎模型微調而來的聊天模型；以及從同一個基礎模型繼續訓練（例如用您的語言的文字）的目標模型。在論文中，它們是 LLaMA 2、LLaMA 2 Chat，以及從 LLaMA 2 繼續訓練的模型。模型的來歷寫在它的模型卡上。",
      },
      family: {
        title: "確認它們是同一系列",
        text: "比較三份 `config.json`：`architectures`、`hidden_size` 和 `num_hidden_layers` 必須相同。只有 `vocab_size` 在目標模型中可以比較大，表示詞彙表擴充過：它的嵌入和 `lm_head` 有基礎模型不認得的 token 的列。形狀相同是必要條件，但還不夠：各自從頭訓練的兩個模型不是同一系列，它們的差沒有意義。",
      },
      give: {
        title: "以資料夾提供給頁面",
        text: "提供資料夾時，頁面也會取用 config、tokenizer 和聊天範本，輸出的資料夾就能直接載入。不會上傳任何東西；合併之前只讀取權重的標頭和這類小檔案。",
      },
      first: {
        title: "從 λ = 1 開始",
        text: "這會原封不動地加上聊天向量。論文的公式如此，作者的指令碼若未另外指定也是如此，其他人分享的指令碼亦然；合併頁面一開始也是這個值。但這不是定則：對於從 Mistral 7B 繼續訓練的 Breeze，論文用的是 0.5。",
      },
      plan: {
        title: "先讀計畫，再合併",
        text: "計畫會說明每個張量會變成什麼、為什麼，以及輸出有多大。不相容的模型在這裡就會被發現，一個位元組都還沒合併。合併之後，「驗證」會再計算一次結果並互相比對。",
      },
      embeddings: {
        title: "決定嵌入要不要參與",
        text: "如果目標模型的詞彙表擴充過，或嵌入重新訓練過，就把嵌入和 `lm_head` 排除：目標模型的列與聊天向量的列已經不再對應。論文對 Breeze 就是這麼做；作者的指令碼為此提供 `--skip_embed`，合併頁面則有規則「略過嵌入和 lm_head」。如果只是列數不同，除非您另作選擇，頁面會複製目標模型的列。也可以依 token 對應各列，並讓目標模型從未學過的特殊 token（例如回合結束標記）沿用聊天模型的列，相當於指令碼的 `--special_tokens_map`。",
      },
      lambda: {
        title: "語言退回去時，降低 λ",
        text: "聊天模型的語言可能會隨著向量一起過來：論文中有個合併後的模型，加上整個向量時常用英語回答，只加一半時幾乎不會。但一半也可能不夠：如果目標模型本身沒有微調過，結果會比較不遵循指令，也比較不安全。一次試幾個 λ：在「權重」欄輸入 `0.5, 0.7, 1`，只讀一次輸入就能得到三個輸出。任務算術（task arithmetic）會另外保留一些資料，依據在這些資料上的結果選擇係數；請用自己的問題做同樣的事。",
      },
      chat: {
        title: "像對聊天模型那樣與它對話",
        text: "它學到的是聊天模型的格式。因此，不論在作者的程式碼還是合併頁面，聊天範本和回合結束標記（eos）都取自最後一個聊天模型。不要只問一次，要連續問幾個回合：論文也有這樣的案例研究。",
      },
      result: {
        title: "仔細看，並比較",
        text: "「分析模型」會逐層顯示向量相對於基礎模型有多大、與「目標 − 基礎」的方向關係，並在模型看來不相配時提出警告。然後用 `transformers` 或 `vllm` 載入資料夾，對目標模型、聊天模型和合併後的模型問同樣的問題。",
      },
      unknown: {
        title: "知道哪些事沒有人知道",
        text: "沒有任何數字能在合併之前告訴您結果好不好。λ = 1 是習慣，不是最佳值；在一個系列成立的事，在另一個系列未必成立。極小的模型能顯示運算如何進行，它的數值卻說明不了大型模型。拒絕回答等安全訓練可能會變弱：請加以測試。合併結果由所有模型組成，請閱讀每個模型的授權條款。",
      },
    },
  },

  example: {
    title: "實例：`mistral_tv-neural-marconroni`",
    about:
      "它是 Mistral 7B 加上兩個聊天向量：neural-chat 的和 marcoroni 的。沒有另外指定目標，所以基礎模型本身就是目標：",
    formula: ["合併結果 = 基礎", "+ λ₁ (neural-chat − 基礎)", "+ λ₂ (marcoroni − 基礎)"],
    base: "基礎兼目標",
    chats: "聊天模型",
    chatsAre: "neural-chat 7B（Intel）和 marcoroni 7B（AIDC-ai-business）",
    size: "大小",
    sizeIs: "72.4 億個參數，以 F32 的 safetensors 儲存",
    weights: "λ₁ 和 λ₂",
    weightsAre: "下方的配方中是 1 和 1，也就是每次合併的起始值。實際用了哪些權重，這裡無從得知。",
    versions: "版本",
    versionsAre:
      "這個模型的模型卡只寫了「neural-chat」和「marconroni」。兩者都有好幾個版本，這裡無從得知用了哪一個。請選模型卡上寫明由 Mistral-7B-v0.1 微調而來的版本：其他版本與這個基礎模型不是同一系列。",
    two: "如果兩個向量往同一個方向拉，完整加上兩者可能太多。「分析模型」會顯示兩者之間的餘弦；這時可以試試 0.5 和 0.5，作者的雙向量範例就是如此。",
    open: "在合併頁面開啟這個配方",
    download: "下載配方",
    opened: "它會填入權重、名稱和輸出的 dtype（F32）。三個模型要由您自己提供。",

    costs: "需要多少資源",
    what: "項目",
    sum: "算法",
    much: "數量",
    input: "讀取：三個 BF16 模型",
    inputSum: (parameters) => `3 × ${parameters} × 2 位元組`,
    output: "寫入：一個 F32 模型",
    outputSum: (parameters) => `${parameters} × 4 位元組`,
    twice: "磁碟空間，儲存到「下載」",
    twiceSum: "兩份，直到您刪除瀏覽器的副本",
    once: "磁碟空間，儲存到您選的資料夾",
    onceSum: "一份",
    half: "同樣的輸出改用 BF16",
    halfSum: (parameters) => `${parameters} × 2 位元組`,
    time: (rate) => `時間，磁碟速度 ${rate}`,
    timeSum: "讀寫的位元組 ÷ 速度",
    measured:
      "在兩個核心上用這種形狀的模型各測量一次：Chromium 為 52 秒和 102 MB 記憶體，Firefox 為 78 秒和 65 MB。檔案大部分是空洞，讀起來比實際磁碟快。",
  },

  exercises: {
    title: "練習",
    about:
      "每題都從第 2 部分迷你模型的某個狀態開始。在那裡改變設定並測量：達成的題目會在這裡打勾，並保留在這個瀏覽器中。",
    notYet: "請先在第 2 部分載入模型。",
    start: "設定迷你模型",
    startOf: (exercise) => `設定迷你模型：${exercise}`,
    done: "完成",
    open: "未完成",
    progress: (done, all) => `${all} 題中完成 ${done} 題`,
    again: "清除完成記錄",
    hint: "提示",
    hintOf: (exercise) => `提示：${exercise}`,
    goal: "目標：",
    measures: {
      instructions: "指令",
      turns: "多輪",
      refusals: "拒答",
      language: "語言",
      loss: "損失",
    },
    lack: {
      atLeast: (measure, value, limit) => `${measure}：目前 ${value}，至少要 ${limit}。`,
      atMost: (measure, value, limit) => `${measure}：目前 ${value}，最多 ${limit}。`,
      between: (low, high) => `λ = ${high} 足夠，λ = ${low} 不夠：試試兩者之間。`,
      todo: {
        lower: "現在試試更小的 λ。",
        "all-modules": "讓所有模組都參與。",
        "with-embeddings": "先包含嵌入測量一次。",
        "without-embeddings": "現在用同樣的設定，不含嵌入再測量。",
        everything: "先用同樣的 λ，讓所有模組和層都參與，測量一次。",
        less: "現在只用一部分：只有注意力、只有 MLP，或較少的層。",
        "with-zero": "先把小於 0 的 λ 換成 0，其他不變，測量一次。",
        "below-zero": "現在用小於 0 的 λ。",
      },
    },
    found: (measure, before, after) => `${measure}：之前 ${before}，之後 ${after}。`,
    exercise: {
      both: {
        title: "兩者兼得",
        task: "目標模型會說語言 B，但不會回答。聊天模型會回答，用的是語言 A。找出一個 λ，讓合併後的模型用 B 回答。",
        goal: (answers, keeps) => `「指令」至少 ${answers}，「語言」至少 ${keeps}。`,
        hint: "λ = 0 時就是目標模型。每次把 λ 提高 0.1，並看兩項測量。",
      },
      smallest: {
        title: "越少越好",
        task: "找出能讓它回答的最小 λ。除了 λ，什麼都不要改。",
        goal: (answers, step) =>
          `某個 λ 的「指令」至少 ${answers}，而另一個比它小、差距不超過 ${step} 的 λ 則達不到。`,
        hint: "在足夠與不夠的 λ 之間取中點，每次把範圍縮小一半。這項能力是慢慢出現，還是突然出現？",
      },
      slip: {
        title: "太多了",
        task: "把 λ 推到讓合併後的模型失去對 B 的語感：它開始對自己的語言感到意外。",
        goal: (slips) => `「損失」至少 ${slips}。`,
        hint: "讓 λ 超過 1，看看損失：目標模型的損失是多少？第二個向量也會有影響。",
      },
      embeddings: {
        title: "不含嵌入",
        task: "選一個能讓它回答的 λ，再把嵌入和輸出層排除。能力還在嗎？",
        goal: (answers) => `同一個 λ，包含嵌入（「指令」至少 ${answers}）和不含嵌入都要測量。`,
        hint: "目標是比較，所以任何結果都對。聊天模型有表示輪到誰的特殊 token；它們是在哪裡學到的？",
      },
      where: {
        title: "能力在哪裡",
        task: "只讓向量的一部分參與：只有注意力、只有 MLP，或某個範圍的層。找出比全部少、卻保有大部分能力的部分。",
        goal: (survives) => `「指令」至少是同樣 λ 下整個向量的 ${survives} 倍。`,
        hint: "從兩端一次去掉一層。只用一部分時可能需要較大的 λ；也用那個 λ 測量整個向量。",
      },
      forget: {
        title: "遺忘",
        task: "減去一個向量：λ 為 0 時有的能力，用小於 0 的 λ 讓模型忘掉。",
        goal: (isThere, left) =>
          `「指令」、「多輪」或「拒答」之一，在 0 時至少 ${isThere}，在 λ 小於 0 時最多是它的 ${left} 倍。`,
        hint: "不會回答的目標模型沒有東西可忘：先以 λ = 1 加上聊天向量，再減去第二個向量。",
      },
      polite: {
        title: "會回答，不拒絕",
        task: "做出一個會回答、而且什麼都不拒絕的模型。",
        goal: (answers, refuses) => `「指令」至少 ${answers}，「拒答」最多 ${refuses}。`,
        hint: "這兩項能力來自不同的向量或層。減去其中一個的一點點，或排除幾層；如果不會回答了，就提高 λ。對真實的模型，請先想想它應該拒絕什麼。",
      },
    },
  },

  sheet: {
    title: "給老師",
    about: "可列印的教案：目標、45 分鐘的計畫、附作答空間的練習，以及一頁提示。",
    show: "查看教案",
    print: "列印教案",
    heading: "聊天向量：模型的加減運算",
    subheading: "45 分鐘的課",
    page: "網頁：",
    goals: "目標",
    goal: {
      vector: "說出聊天向量是什麼，並動手計算每個模型只有兩個權重的合併。",
      lambda: "預測 λ 為 0、較大和為負時會發生什麼，並加以驗證。",
      measure: "用測量而不是單一回答來判斷合併，並說出測量看不到什麼。",
    },
    needs: "先備知識與設備",
    need: {
      maths: "向量相加，以及向量乘以一個數。",
      models: "語言模型會接續文字，它的行為取決於權重。不需要寫程式。",
      device: "每人或每兩人一個瀏覽器。不用安裝、不用帳號；開啟過一次後，離線也能使用。",
    },
    formula: "公式",
    plan: "計畫",
    minutes: "分鐘",
    what: "內容",
    plans: {
      start: "微調改變了什麼。用例子說明基礎、聊天模型和目標。公式。",
      plane: "兩人一組做網頁第 1 部分：什麼都不加、目標 = 基礎、直角、太遠了。然後動手計算。",
      tiny: "第 2 部分：對每個模型提問，再做練習 1–4。先完成的做 5–7。",
      compare: "比較：各組找到哪個 λ？嵌入有什麼作用？能力在哪裡？",
      real: "第 3 部分：真實的模型需要什麼，以及哪些事無法事先知道。",
    },
    students: "練習",
    name: "姓名：",
    date: "日期：",
    byHand: "動手計算",
    byHandTask:
      "基礎 (1, 2)、聊天模型 (3, 1)、目標 (0, 4)、λ = 0.5。計算聊天向量和合併後的模型，並畫出所有的點。",
    vectorIs: "聊天向量：",
    mergedIs: "合併後的模型：",
    state: "我的設定：",
    measured: "測量結果：",
    why: "我認為的原因：",
    hints: "答案與提示",
    byHandAnswer:
      "聊天向量 (3, 1) − (1, 2) = (2, −1)。合併後的模型 (0, 4) + 0.5 · (2, −1) = (1, 3.5)。",
    hintsAbout:
      "只要網頁打勾就是正確，答案可能不只一個。上課前請自己做一遍。表中是網頁所附的模型以幾個 λ 合併後，在製作時測得的數值。",
    talk: "討論",
    talks: {
      one: "為什麼基礎模型必須相同？兩個毫無關係的模型之差有什麼意義？",
      two: "這些測量數的是正確的單字。有什麼是它們看不出來的？",
      three: "向量可以去除拒絕。應該由誰決定模型拒絕什麼？",
    },
    sources: "延伸閱讀",
  },
};
