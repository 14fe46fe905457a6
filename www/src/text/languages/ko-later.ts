// What stands in parts of the page that are loaded later, in Korean.
import type { LaterText } from "./en-later";

const number = (x: number) => x.toLocaleString("ko");

export const laterKo: LaterText = {
  tables: {
    previous: "이전",
    next: "다음",
    rowsOf: (from, to, total) => `${number(total)}개 중 ${number(from)}–${number(to)}`,
  },

  takeOver: {
    title: "챗 모델에서 가져올 행",
    about:
      "가중치와 규칙에 상관없이, 타깃에서 이 토큰들의 행을 챗 모델의 행으로 그대로 바꿉니다. 타깃에 있지만 학습된 적이 없는 특수 토큰을 위한 것입니다. 챗 모델이 새로 도입한 토큰을 제안합니다.",
    waits: "모든 모델을 지정하면 목록이 나타납니다.",
    none: "없음.",
    add: "토큰 추가",
    suggest: "제안된 목록으로 되돌리기",
    chat: (token) => `토큰 ${token}의 챗 모델`,
    inChat: (token) => `챗 모델의 토큰 ${token}`,
    inTarget: (token) => `타깃의 토큰 ${token}`,
    same: "동일",
    remove: (token) => `토큰 ${token} 제거`,
  },

  tokenTables: {
    title: "토큰별 행",
    tensor: "텐서",
    matched: "병합",
    takenOver: "가져옴",
    kept: "유지",
    padding: "토큰 없음",
    all: "합계",
  },

  tensorTable: {
    title: (count) => `텐서 하나하나 보기(${number(count)})`,
    show: "표시",
    actions: {
      all: "전체",
      merged: "병합",
      copied: "복사",
      "left out": "제외",
      refused: "거부",
    },
    search: "이름 검색",
    none: "해당하는 텐서가 없습니다.",
    label: "텐서",
    name: "이름",
    action: "처리",
    shape: "형태",
    dtype: "dtype",
    why: "이유",
    pages: "텐서 페이지",
  },

  report: {
    measure: "지표",
    vectorOf: "벡터의 모델",
    saveCsv: "CSV 저장",
    saveSvg: "SVG 저장",
    measureOf: (measure, chat) => `${measure}, ${chat}`,
    charted: (about) => `, 레이어별: ${about}. τ는 챗 벡터, 곧 챗 − 베이스입니다.`,
    tooLarge: "레이어나 모듈이 너무 많아 그릴 수 없습니다. 표에 모두 있습니다.",
    spread: "값에 따른 텐서의 수입니다.",
    map: "레이어와 모듈 지도",
    mapOf: (title, layers, modules, low, high) =>
      `${title}: 레이어 ${layers}개 × 모듈 ${modules}개, ${low}부터 ${high}까지. 수치는 아래 표에 있습니다.`,
    point: "칸을 가리키면 값이 나타납니다.",
    moreOutside: (tensors) => `레이어 밖의 다른 텐서 ${tensors}개는 표에 있습니다.`,
    histogram: "텐서 히스토그램",
    histogramOf: (title, tensors, low, high) => `${title}: ${tensors}, ${low}부터 ${high}까지.`,
    bin: (low, high, tensors) => `${low}부터 ${high}까지: ${tensors}`,
    unknown: "이 지표의 값이 없습니다.",
    table: "분석한 텐서",
    pages: "분석한 텐서 페이지",
    name: "이름",
    infinite: "무한대",
    elements: "원소",
  },

  measures: {
    ratioAbout: "베이스의 노름에 대한 챗 벡터의 노름",
    cosine: "코사인: 타깃 − 베이스",
    cosineAbout: "챗 벡터가 타깃 − 베이스와 얼마나 같은 방향인지",
    pair: (chat) => `코사인: 챗 벡터 ${chat}`,
    pairAbout: (chat) => `챗 모델 ${chat}의 벡터와 얼마나 같은 방향인지`,
    largest: "가장 큰 변화",
    largestAbout: "가장 큰 |τ|",
    loss: "반올림 손실",
    lossAbout: "더한 양 중 출력 dtype으로 반올림할 때 잃는 비율",
  },

  curve: {
    told: (last, low, high) =>
      `레이어 0부터 ${last}까지, λ는 ${low}부터 ${high}까지입니다. 위에 그리면 바뀝니다. 비전 타워 등 다른 부분의 레이어도 이를 따릅니다.`,
  },

  interrupted: {
    label: "중단된 병합",
    title: "병합이 중단되었습니다",
    about: (done, total) =>
      `${total} 중 ${done}까지 끝났습니다. 같은 파일을 다시 지정하면 멈춘 곳부터 계속합니다:`,
    filesOf: (role) => `${role}:`,
    more: (count) => `외 ${count}개`,
    resume: "계속하기",
    delete: "중단된 병합 삭제",
    deleteTitle: "중단된 병합을 삭제할까요?",
    deleteAbout: (done) => `끝난 ${done} 분량이 삭제됩니다. 원래 파일은 건드리지 않습니다.`,
  },

  recipeLink: {
    unknown:
      "링크가 가리키는 레시피는 이 페이지에 없습니다. 가지고 있는 레시피를 열거나 레시피 없이 시작하세요.",
    failed:
      "링크의 레시피를 불러오지 못했습니다. 네트워크를 확인하고 페이지를 새로 고치세요.",
  },

  mergekit: {
    firstOf: (outputs) =>
      `출력 ${outputs}개 중 첫 번째입니다. mergekit은 한 번에 하나만 만듭니다.`,
    sameName:
      "이름이 같은 모델이 둘 있습니다. 각각의 경로를 적지 않으면 mergekit은 하나로 여깁니다.",
    dtypes: (dtypes) =>
      `출력에 ${dtypes.join(", ")} 텐서가 있습니다. mergekit은 모두 한 가지 dtype으로 저장합니다.`,
    lastBits: "F32에서는 마지막 비트가 군데군데 다릅니다. mergekit은 더하는 순서가 다릅니다.",
    f64: "F64 텐서는 여기에서는 F64로, mergekit에서는 F32로 병합됩니다.",
    otherDtypes:
      "병합하지 않는 텐서(정수, FP8 등)는 여기에서는 타깃에서 복사합니다. mergekit은 다를 수 있습니다.",
    byToken:
      "임베딩 행은 여기에서는 토큰으로 맞추며, 일부는 챗 모델에서 가져올 수 있습니다. mergekit에서 가장 가까운 것은 `tokenizer: {source: …}`입니다.",
    rowsKept:
      "임베딩 행의 수가 다릅니다. 여기에서는 그대로 두지만, mergekit은 그런 모델을 거부하거나 `tokenizer: {source: …}`로 토큰별로 맞춥니다.",
    rowsMerged:
      "임베딩 행의 수가 다릅니다. 여기에서는 공통된 행을 병합하지만, mergekit은 그런 모델을 거부하거나 `tokenizer: {source: …}`로 토큰별로 맞춥니다.",
    unmatched: "일치하지 않는 텐서는 여기에서는 타깃에서 복사하지만, mergekit은 멈춥니다.",
    shards: (bytes) => `샤드: 명령에 --out-shard-size ${bytes} 옵션을 추가하세요.`,
    fromBase: "mergekit은 config와 토크나이저를 베이스에서 가져오며, 채팅 템플릿은 없습니다.",
    fromBaseOnly:
      "mergekit은 config와 토크나이저를 타깃이 아니라 베이스에서 가져오며, 채팅 템플릿은 없습니다.",
    copied:
      "여기에서 복사하는 것은 mergekit에서 base + (target − base)가 되므로 마지막 비트가 다를 수 있습니다.",
  },
};
