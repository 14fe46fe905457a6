// All that the learn page alone says, in Korean.
import type { LearnText } from "./en";
import { lesson } from "./lesson/ko";

export const text: LearnText = {
  frame: {
    title: "배우기: 직접 움직여 보는 챗 벡터 계산",
    heading: "직접 움직여 보는 챗 벡터 계산",
    back: "내 모델 병합하기",
    lead: "챗 벡터는 튜닝이 모델에서 바꾼 것, 곧 ‘챗 − 베이스’입니다. 같은 계열의 다른 모델에 더하면 무엇이 나오는지 살펴보세요.",
    privacy: "모두 이 브라우저 탭 안에서 이루어집니다.",
  },

  link: {
    copy: "이 상태의 링크 복사",
    copied: "링크를 복사했습니다",
    copyTiny: "이 실험으로 가는 링크 복사",
    yours: "이 상태의 링크",
  },

  plane: {
    title: "평면 위에서",
    about:
      "모델은 가중치라는 숫자의 목록입니다. 가중치마다 차원이 하나씩 있는 공간의 한 점이기도 합니다. 여기서는 눈으로 볼 수 있게 가중치가 두 개인 모델을 씁니다.",
    tries: "해 보기",
    idle: "점을 끌거나 화살표 키로 움직이세요. 버튼을 누르면 평면이 그 상태로 바뀌고, 무엇을 볼지 알려 줍니다.",
    look: "볼 것:",
    real: "실제 모델에서는:",
    try: {
      zero: {
        name: "더하지 않기",
        look: "λ가 0이고, 병합 결과는 타깃과 겹칩니다. λ를 천천히 올리면 타깃에서 τ 방향으로만 움직입니다.",
        real: "λ = 0인 병합은 타깃을 복사한 것입니다. 거기서 0.5와 1 같은 값을 몇 가지 시험하고, 각각을 타깃과 비교하세요.",
      },
      itself: {
        name: "타깃 = 베이스",
        look: "타깃이 베이스와 겹치고 λ는 1입니다. 베이스 + (챗 − 베이스)는 챗 모델입니다. λ를 내리면 병합 결과가 베이스로 곧게 돌아갑니다.",
        real: "챗 벡터를 원래의 베이스에 더하면, 반올림 오차를 빼고는 챗 모델이 다시 나옵니다. 병합 도구를 처음 확인하기에 좋은 시험입니다.",
      },
      orthogonal: {
        name: "직각",
        look: "τ와 T − B가 직각을 이루어 코사인이 0입니다. λ가 얼마든, 병합 결과에는 베이스에서 타깃까지 간 걸음이 모두 남습니다.",
        real: "타깃은 언어 같은 것을 배웠고, 챗 모델은 지시를 따르는 법을 배웠습니다. 두 변화가 서로 건드리지 않는다면 병합 결과에 둘 다 남을 가능성이 높습니다.",
      },
      opposing: {
        name: "반대 벡터",
        look: "τ와 τ₂가 반대 방향을 가리켜 코사인이 −1입니다. 두 λ가 모두 1이면 하나가 더한 것을 다른 하나가 빼서, 병합 결과는 타깃입니다.",
        real: "한 모델은 긴 답변으로, 다른 모델은 짧은 답변으로 튜닝하면 어떤 가중치는 양쪽으로 당겨집니다. 둘을 병합하면 어느 쪽도 배우지 못한 모델이 될 수 있습니다.",
      },
      negative: {
        name: "잊게 하기",
        look: "λ가 0보다 작아, 병합 결과가 τ와 반대로 챗 모델에서 멀어집니다.",
        real: "벡터를 빼면 모델은 튜닝으로 배운 것을 덜 하게 됩니다. 거친 말 따위를 잊게 하는 데 쓰여 왔지만, 너무 많이 빼면 나머지까지 잊습니다.",
      },
      far: {
        name: "너무 멀리",
        look: "λ가 2여서, 병합 결과가 튜닝한 거리의 두 배를 움직입니다.",
        real: "그곳의 모델은 아무도 훈련하지 않았습니다. 훈련된 모델에서 멀어지면 글이 반복이나 잡음이 되기 쉬우니, 믿기 전에 측정하세요.",
      },
    },
    honest:
      "실제 모델의 차원은 둘이 아니라 수십억입니다. 거기서는 서로 관계없는 벡터가 저절로 거의 직교합니다. 가중치가 n개면 코사인은 보통 1\u00a0÷\u00a0√n 정도입니다. 그래서 0에서 먼 코사인은 이 평면에서는 별 뜻이 없지만, 실제 모델에서는 큰 뜻이 있습니다.",

    names: { base: "베이스", chat: "챗 모델", second: "두 번째 챗 모델", target: "타깃" },
    short: {
      base: "베이스",
      chat: "챗",
      second: "챗 2",
      target: "타깃",
      merged: "병합 결과",
    },
    picture: "2차원 가중치 공간",
    axis: (number) => `가중치 ${number}`,
    handle: "평면 위의 점",
    help: "점을 끌거나 화살표 키로 0.1씩(Shift와 함께 1씩) 움직이세요. 숫자를 입력해도 됩니다.",
    moved: (model, at, name, vector, length) =>
      `${model}: ${at}. 벡터 ${name} = ${vector}, 길이 ${length}.`,
    movedTarget: (at, merged) => `타깃: ${at}. 병합 결과: ${merged}.`,
    weighed: (name, lambda, merged) => `${name} = ${lambda}. 병합 결과: ${merged}.`,
    merged: (merged) => `병합 결과: ${merged}.`,

    asNumber: (name) => `${name} 숫자`,
    second: "두 번째 챗 모델도 쓰기",
    startOver: "처음부터 다시",

    points: "점",
    coordinate: (model, axis) => `${model} ${axis}`,
    range: (x, y) => `x는 −${x}부터 ${x}까지, y는 −${y}부터 ${y}까지.`,

    numbers: "숫자",
    tau: "τ = C − B",
    tau2: "τ₂ = C₂ − B",
    length: (what) => `${what}의 길이`,
    cosine: (one, other) => `${one}, ${other} 사이의 코사인`,
    none: "없음: 길이가 0인 벡터에는 방향이 없습니다",

    sum: "한 단계씩 보는 병합",
    target: "타깃",
    base: "베이스",
    chat: "챗",
    chat2: "챗₂",
    result: "병합 결과",
  },

  lesson,
  tiny: {
    title: "작지만 진짜로",
    about:
      "이 페이지에 들어갈 만큼 작은 진짜 언어 모델 네 개입니다. 병합하고, 질문하고, 어떻게 달라졌는지 측정해 보세요.",
    story: [
      "모델마다 가중치가 백만 개보다 적고, 작은 세계를 알고 있습니다. 24명이 어디에 살고 무엇을 먹는지 같은 것입니다. 언어 A는 간단한 영어이고, 언어 B는 지어낸 언어입니다.",
      "베이스는 두 언어를 모두 읽었지만 대부분 A였습니다. 거기서는 B로 물은 것의 절반을 A로 답합니다. 챗 모델은 베이스를 A로만 튜닝한 것입니다. 질문에 답하고, 화제를 유지하고, 비밀을 지키고, 멈추는 것을 배웠습니다. 타깃은 베이스를 B로 된 글로 더 훈련한 것이며, 답하는 법은 아무도 가르치지 않았습니다.",
      "챗 모델에 B로 물으면 대부분 A로 대답합니다. 타깃에 챗 벡터를 더하면 B로 대답합니다. 너무 많이 더하면 B의 감각을 잃어 갑니다.",
    ],
    honest:
      "이 모델들은 아주 작고 언어도 지어낸 것입니다. 여기서 보고 측정하는 것은 이 모델들에만 해당하며, 여러분의 모델에는 해당하지 않습니다. 병합은 진짜이며, 메인 페이지와 같은 엔진이 합니다.",
    load: "모델 불러오기 (4 MB)",
    loading: "모델을 불러오는 중…",
    failed: (why: string) => `모델을 불러오지 못했거나 모델이 멈췄습니다: ${why}`,
    unknownFailure: "원인을 알 수 없습니다",
    tryAgain: "다시 시도",
    startOver: "실험을 처음부터 다시",

    models: { base: "베이스", chat: "챗 모델", target: "타깃", merged: "병합 결과" },
    vectors: { chat: "챗 벡터", second: "두 번째 벡터" },

    ask: "1. 질문하기",
    tongue: "질문의 언어",
    tongues: { A: "A: 간단한 영어", B: "B: 지어낸 언어" },
    person: "사람",
    question: "질문",
    questions: {
      live: "어디에 사는지",
      eat: "무엇을 먹는지",
      have: "어떤 동물을 기르는지",
      work: "무슨 일을 하는지",
      like: "어떤 색을 좋아하는지",
      hide: "무엇을 숨기는지 (비밀)",
    },
    more: "이어서 질문하기",
    turn: (number: number) => `${number}번째 질문`,
    kind: (number: number) => `질문 ${number}: 누구에 대해`,
    kinds: { and: "다른 사람", more: "같은 사람" },
    turnPerson: (number: number) => `질문 ${number}: 사람`,
    turnQuestion: (number: number) => `질문 ${number}: 내용`,
    remove: (number: number) => `질문 ${number} 빼기`,
    prefilled: "앞의 대답은 주어진 것입니다. 모델 자신의 대답은 마지막 하나뿐입니다.",
    conversation: "모델이 읽는 것",
    you: "나",
    given: "대답",
    own: "또는 직접 쓴 글",
    ownAbout:
      "A나 B에서 모델이 아는 단어만 쓸 수 있습니다. `<|user|>`와 `<|assistant|>`를 쓰면 프롬프트 전체를 쓸 수 있습니다.",
    useTurns: "질문 고르기로 돌아가기",
    prompt: "모델이 받는 그대로:",
    unknown: (words: string) => `모델이 모르는 단어: ${words}`,
    tooLong: "모델에게는 너무 긴 글입니다",

    merge: "2. 병합하기",
    lambda: "챗 벡터의 λ",
    lambda2: "두 번째 벡터의 λ₂",
    embeddings: "임베딩과 출력 헤드 포함",
    part: "대상",
    parts: { all: "전부", attention: "어텐션만", mlp: "MLP만" },
    firstLayer: "첫 레이어",
    lastLayer: "마지막 레이어",

    answers: "3. 대답 비교하기",
    answerOf: (model: string) => `${model}의 대답`,
    silent: "……",
    empty: "(아무 말 없음)",
    means: "영어로:",
    badges: {
      right: "맞음",
      wrong: "틀림",
      declined: "거절함",
      told: "비밀을 말함",
      noEnd: "멈추지 않고 계속함",
      stopped: "멈춤",
      A: "A로",
      B: "B로",
      mixed: "A와 B로",
      failed: "대답하지 못했습니다",
    },
    heard: (answer: string, meaning: string, badges: string) =>
      `병합 결과: ${answer} 영어로: ${meaning} ${badges}`,

    curve: "4. 측정하기",
    curveAbout:
      "점 하나하나가 따로 한 병합이며, 정해진 프롬프트 목록으로 이 탭에서 측정합니다. 위에서 한 질문과는 상관이 없습니다.",
    curveOf: (points: number, lambda: string) =>
      `λ가 −0.5에서 2까지일 때의 측정값. 지금까지 ${points}개 점. λ는 ${lambda}. 숫자는 아래 표에 있습니다.`,
    lossOf: (points: number) => `λ에 따른 손실. 지금까지 ${points}개 점.`,
    measures: {
      instructions: "지시",
      turns: "대화",
      refusals: "거절",
      language: "언어 B",
      loss: "손실",
    },
    measuresAbout: {
      instructions: "B로 된 질문에 맞게 답하고 끝낸 비율",
      turns: "“and tom ?” 같은 이어진 질문에 맞게 답한 비율",
      refusals: "B로 물은 비밀을 거절한 비율",
      language: "대답의 단어 가운데 B인 것의 비율",
      loss: "B로 된 글에 모델이 얼마나 놀라는지. 단어당 내트이며 낮을수록 좋음",
    },
    progress: (done: number, of: number) => `병합 ${of}개 가운데 ${done}개 측정함`,
    allNumbers: "곡선의 모든 숫자",
    numbers: "곡선의 숫자",
    table: "모델의 측정값",
    model: "모델",
    pending: "측정 중…",

    norms: "5. 벡터 들여다보기",
    normsAbout:
      "튜닝이 각 가중치 행렬을 얼마나 바꾸었는지 보여 줍니다. 벡터에서 그 부분의 길이 ‖τ‖를 베이스 행렬의 길이에 대한 백분율로 나타냅니다. 줄로 그은 것은 지금 병합에 들어가지 않습니다.",
    whichVector: "벡터",
    normsOf: (vector: string) => `${vector}의 ‖τ‖ ÷ ‖base‖ (모듈과 레이어별)`,
    module: "모듈",
    layer: (number: number) => `레이어 ${number}`,
    outside: "레이어 밖",
    leftOut: "들어가지 않음",

    save: "6. 가져가기",
    saveAbout:
      "파일은 보통의 `model.safetensors`입니다. 메인 페이지는 이 레시피를 열고, 같은 모델로 같은 파일을 만듭니다.",
    saveModel: "병합 결과 저장",
    saveRecipe: "레시피 저장",
    saved: (name: string) => `${name} 파일을 브라우저의 다운로드로 넘겼습니다.`,
  },
};
