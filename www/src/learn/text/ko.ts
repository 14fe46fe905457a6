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
        real: "챗 벡터를 자신의 베이스에 더하면, 반올림 오차를 빼고는 챗 모델이 다시 나옵니다. 병합 도구를 처음 확인하기에 좋은 시험입니다.",
      },
      orthogonal: {
        name: "직각",
        look: "τ와 T − B가 직각을 이루어 코사인이 0입니다. λ가 얼마든, 병합 결과에는 베이스에서 타깃까지 간 걸음이 모두 남습니다.",
        real: "타깃은 언어 같은 것을 배웠고, 챗 모델은 지시를 따르는 법을 배웠습니다. 두 변화가 서로 건드리지 않는다면 병합이 둘 다 지닐 가능성이 높습니다.",
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
};
