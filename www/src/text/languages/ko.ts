// All that the page says, in Korean.
import type { Text } from "./en";

export { default as core } from "./core/ko.json";
export { laterKo as later } from "./ko-later";

const number = (x: number) => x.toLocaleString("ko");

export const text: Text = {
  // Numbers and lists
  number,
  bytes: (count) => `${count}바이트`,
  seconds: (seconds) => `${seconds}초`,
  minutes: (minutes, seconds) => `${minutes}분 ${seconds}초`,
  hours: (hours, minutes) => `${hours}시간 ${minutes}분`,
  files: (count) => `파일 ${number(count)}개`,
  tensors: (count) => `텐서 ${number(count)}개`,
  list: (names) => names.join(", "),
  andMore: (name, more) => `${name} 외 ${more}개`,
  doneOf: (done, total) => `${total} 중 ${done}`,

  // What stands in several places
  starting: "시작하는 중…",
  stop: "중지",
  stopping: "중지하는 중…",
  loading: "불러오는 중…",
  notLoaded:
    "페이지의 이 부분을 불러오지 못했습니다. 네트워크에 연결한 뒤 페이지를 새로 고치세요.",
  keep: "유지",
  delete: "삭제",

  frame: {
    title: "chat-vector: 브라우저에서 체크포인트 병합",
    language: "언어",
    lead: "챗 모델이 배운 것을 다른 모델에 더합니다. safetensors 체크포인트를 바로 이 브라우저 탭 안에서 병합합니다.",
    privacy: "데이터는 이 컴퓨터를 벗어나지 않습니다. 업로드도, 계정도, 서버도 없습니다.",
    learn: "원리 배우기",
    method:
      "이 방법은 Huang et al., “Chat Vector: A Simple Approach to Equip LLMs with Instruction Following and Model Alignment in New Languages”, ACL 2024를 따릅니다.",
    offline: {
      no: "",
      works: "오프라인에서도 작동합니다.",
      newer: "새 버전이 있습니다. 페이지를 새로 고치세요.",
    },
  },

  steps: {
    models: "모델",
    modelsAbout:
      "각 모델을 .safetensors 파일 하나, 모든 샤드, 또는 폴더 전체로 지정하세요. 병합 전에는 헤더만 읽습니다.",
    vector: "벡터",
    vectorAbout: "벡터를 어떤 텐서에 얼마나 더할지, 출력을 어떤 형태로 만들지 정합니다.",
    plan: "계획",
    planAbout: "병합이 할 일을 텐서별로 보여 줍니다.",
    merge: "병합",
    mergeAbout: "모델을 조금씩 읽으므로, 모델이 커도 메모리를 더 쓰지 않습니다.",
    result: "결과",
  },

  title: {
    base: "베이스",
    target: "타깃",
    chat: (chat) => `챗 모델 ${chat}`,
  },
  role: {
    base: "베이스",
    target: "타깃",
    chat: (chat) => `챗 모델 ${chat}`,
  },

  models: {
    baseAbout: "챗 모델을 튜닝하기 전의 모델입니다.",
    targetAbout: "벡터를 더할 모델입니다. 생략하면 베이스를 사용합니다.",
    chatAbout: "베이스를 튜닝한 모델입니다.",
    add: "챗 모델 추가",
    dropHere: "파일이나 폴더를 여기에 놓거나 선택하세요",
    files: "파일",
    filesOf: (title) => `${title} 파일`,
    folder: "폴더",
    folderOf: (title) => `${title} 폴더`,
    noFiles: "파일 없음",
    shards: (stem, count) => `${stem}, 샤드 ${number(count)}개`,
    remove: "제거",
    removeFiles: (role) => `${role} 파일 제거`,
    removeCard: "병합에서 제거",
    removeCardOf: (role) => `병합에서 ${role} 제거`,
    name: "이름",
    nameOf: (title) => `${title} 이름`,
    weight: "가중치",
    weightOf: (title) => `${title} 가중치`,
    oneWeight: "‘0.5, 1’처럼 여러 개를 입력하면 각각의 출력을 만듭니다.",
    severalWeights: (outputs) =>
      `가중치마다 하나씩, 출력 ${number(outputs)}개를 만듭니다. 곡선과 규칙은 모든 출력에 적용됩니다.`,
    curve: "레이어별 λ",
    curveFor: (role) => `${role}의 레이어별 λ`,
    curveAbout:
      "‘0: 0.2, 15: 1’과 같이 점을 입력하면 점 사이는 직선으로 이어집니다. 이때 위의 가중치는 레이어 밖의 텐서에 적용됩니다.",
    curveOf: (title) => `${title} 레이어별 가중치`,
    curvePicture: (title) => `${title}: 레이어별 λ`,
    reading: "헤더를 읽는 중…",
    isVector: "챗 벡터입니다. 그대로 더하며, 베이스를 빼지 않습니다.",
    moreProblems: (count) => `그 밖의 ${count}개는 ‘문제’에 있습니다`,
    theBase: "베이스 모델",
    missing: (models) => `먼저 다음 파일을 지정하세요: ${models}.`,
    droppedNothing: "놓은 항목에 파일이 없습니다.",
    droppedUnreadable: "놓은 항목을 읽지 못했습니다:",
    tooMany: (most) =>
      `이 폴더에는 항목이 ${number(most)}개보다 많습니다. 모델 하나의 폴더만 지정하세요.`,
    workerStopped:
      "헤더를 읽지 못했습니다. 읽는 도중 페이지의 워커가 중단되었습니다. 파일을 다시 지정하세요.",
    interrupted: ["", "중단된 병합", "을 계속하려면 같은 파일을 다시 지정하세요."],
    madeWith: (files) => `이 레시피를 만들 때 쓴 파일: ${files}.`,
    madeWithOthers: (files) => `이 레시피는 다른 파일로 만들었습니다: ${files}.`,
  },

  samples: {
    question: "가진 모델이 없나요?",
    button: "샘플 모델로 해 보기",
    loading: "샘플 모델을 불러오는 중…",
    given: "샘플 모델입니다. 형태는 실제와 같고 값은 지어낸 것입니다.",
    onward: "병합으로 이동",
    failed: (why) => `불러오지 못했습니다. 네트워크를 확인하고 다시 시도하세요. (${why})`,
  },

  formula: {
    merged: "병합 결과",
    vector: "챗 벡터",
    layer: "레이어",
    outsideOfLayers: (where) => `레이어 밖에서는 ${where}`,
  },

  rules: {
    preset: "텐서 규칙 프리셋",
    presets: {
      "all tensors": "모든 텐서",
      "skip embeddings and lm_head": "임베딩과 lm_head 제외",
      "skip embeddings, lm_head and norms": "임베딩, lm_head, 정규화 레이어 제외",
      custom: "사용자 지정",
    },
    about:
      "규칙은 이름이 일치하는 텐서에 별도의 가중치를 줍니다. 먼저 일치한 규칙이 적용되며, 가중치가 0이면 텐서는 타깃의 것 그대로입니다. 패턴에서 `*`는 임의의 텍스트, `?`는 한 글자, `[0-9]`는 범위 안의 한 글자, `{a,b}`는 그중 하나를 뜻합니다.",
    none: "규칙 없음: 모든 텐서를 각 모델의 가중치로 병합합니다.",
    add: "규칙 추가",
    pattern: (rule) => `규칙 ${rule} 패턴`,
    weight: (rule, chat) => `규칙 ${rule}의 챗 모델 ${chat} 가중치`,
    up: (rule) => `규칙 ${rule} 위로 이동`,
    down: (rule) => `규칙 ${rule} 아래로 이동`,
    remove: (rule) => `규칙 ${rule} 제거`,
    matches: (decides, matches) => `일치하는 ${matches}개 중 텐서 ${number(decides)}개`,
  },

  typed: {
    weight: (name) => `${name}: 1이나 -0.5처럼 32비트로 표현할 수 있는 유한한 수를 입력하세요.`,
    weights: (name) =>
      `${name}: 1이나 -0.5처럼 32비트로 표현할 수 있는 유한한 수를 입력하세요. 여러 개는 ‘0.5, 1’처럼 쉼표와 공백으로 구분하세요.`,
    listsDiffer: (chat, weights, other, its) =>
      `가중치 목록은 차례로 짝을 이루는데, 챗 모델 ${chat}에는 ${weights}개, 챗 모델 ${other}에는 ${its}개가 있습니다. 개수를 같게 하거나 전체에 하나만 입력하세요.`,
    tooManyOutputs: (most) =>
      `한 번에 만들 수 있는 출력은 ${number(most)}개까지입니다. 가중치를 줄이세요.`,
    sameOutputs: (weights) => `두 출력의 가중치가 같아집니다(${weights}). 한 번만 입력하세요.`,
    curve: (title) =>
      `${title} 레이어별 가중치: ‘0: 0.2, 15: 1’과 같은 점을 레이어마다 한 번씩만 입력하세요.`,
    shardSize: "샤드 크기(GB)는 0보다 큰 수여야 합니다.",
  },

  options: {
    goal: "만들 것",
    goals: { "merged model": "병합된 모델", "chat vector": "챗 벡터" },
    makesModel: "챗 벡터를 더한 타깃입니다.",
    makesVector:
      "Σ λ (챗 − 베이스)를 파일로 만듭니다. 이 모델들과 베이스 대신 챗 모델로 지정할 수 있습니다.",
    dtype: "출력 dtype",
    sameAsTarget: "타깃과 같게",
    computesInF32: "병합은 F32로 계산하고 한 번만 반올림합니다.",
    vectorInF32:
      "챗 벡터는 F32로 저장하므로, 이것으로 병합해도 원래 모델로 병합한 것과 결과가 같습니다.",
    rows: "임베딩 행",
    rowsWays: {
      "copy the target's": "타깃의 행 복사",
      "merge the rows both have": "공통된 행 병합",
      "match by token": "토큰으로 맞추기",
    },
    rowsByToken:
      "임베딩과 출력 헤드의 각 행을 모든 모델의 tokenizer.json에 따라 같은 토큰의 행과 병합합니다. 어느 한 모델에라도 없는 토큰의 행은 타깃의 것 그대로입니다.",
    rowsPlain: "행의 수만 다른 경우, 즉 어휘를 확장한 경우에 적용됩니다.",
    shards: "샤드",
    shardsWays: {
      "as the target": "타깃과 같게",
      "one file": "파일 하나",
      "at most N GB a shard": "샤드당 최대 N GB",
    },
    shardSize: "샤드 크기(GB)",
    output: "출력",
    outputs: { "whole folder": "폴더 전체", "weights only": "가중치만" },
    outputFolder:
      "타깃의 폴더를 지정했다면 config, 토크나이저, 모델 카드, 레시피도 포함합니다.",
    outputWeights: "config와 토크나이저는 포함하지 않습니다.",
    settings: "채팅 템플릿과 eos",
    settingsWays: {
      "the last chat model's": "마지막 챗 모델의 것",
      "the target's": "타깃의 것",
    },
    settingsAbout: "생성 설정도 함께 따릅니다.",
    saveTo: "저장 위치",
    saveToWays: { chosen: "선택한 파일 또는 폴더", downloads: "다운로드" },
    savesChosen: "‘병합’을 누르면 브라우저가 위치를 묻고 그곳에 바로 씁니다.",
    savesInMemory:
      "이 브라우저는 페이지에 전용 디스크를 제공하지 않으므로, 저장할 때까지 결과 전체를 메모리에 둡니다. 약 2 GB를 넘으면 실패할 수 있습니다.",
    savesOnDisk:
      "링크로 저장할 때까지 브라우저가 파일을 전용 디스크에 보관하므로, 잠시 두 배의 공간이 필요합니다.",
    copyUnmatched: "일치하지 않는 것은 복사",
    copyUnmatchedAbout:
      "일부 모델에 없거나 형태가 다른 텐서를 문제로 보지 않고 타깃에서 가져옵니다.",
  },

  recipe: {
    about:
      "이 모든 선택이 레시피입니다. 저장해 두면 같은 방식으로 다시 병합할 수 있습니다. 병합된 파일에도 각각 레시피가 들어 있습니다.",
    save: "레시피 저장",
    open: "레시피 열기",
    export: "mergekit용으로 내보내기",
    notYet: "아직 저장할 수 없습니다:",
    notSaved: "저장할 수 없습니다:",
    saved: (file) => `저장했습니다: ${file}.`,
    exportNotYet: "아직 내보낼 수 없습니다. 문제가 없는 계획이 필요합니다.",
    exportVector: "내보낼 수 없습니다. mergekit은 모델을 병합하며 챗 벡터를 다루지 못합니다.",
    notExported: "내보낼 수 없습니다:",
    exported: (file) => `mergekit 0.1.5용으로 저장했습니다: ${file}.`,
    exportLacks: "모든 것을 표현할 수는 없습니다:",
    opened: (file, chats) => `${file} 파일을 열었습니다(챗 모델 ${number(chats)}개).`,
    closed: (titles) => `자리가 필요 없어져 닫았습니다: ${titles}.`,
  },

  plan: {
    planning: "계획하는 중…",
    empty: "베이스와 모든 챗 모델을 지정하면 여기에 계획이 나타납니다.",
    outputs: (outputs, size, labels) =>
      `입력을 한 번만 읽어 출력 ${number(outputs)}개(모두 ${size})를 만듭니다: ${labels}. 아래는 첫 번째 출력의 내용입니다.`,
    size: "크기",
    filesCount: () => "파일",
    merged: "병합",
    copied: "복사",
    leftOut: "제외",
    refused: "거부",
    written: (files) => `파일 ${number(files)}개를 씁니다`,
    folder: "가중치 외의 파일",
    notices: "알림",
    problems: "문제",
    problemsCount: (count) => `문제 ${number(count)}개`,
  },

  inspection: {
    title: "챗 벡터는 어떤 모습인가요?",
    about:
      "모델을 끝까지 읽고, 텐서마다 챗 벡터의 크기와 방향을 측정합니다. 아무것도 쓰지 않습니다. 병합할 때도 함께 알아냅니다.",
    noBase: "새로 만들거나 파일로 지정한 챗 벡터에는 비교할 베이스가 없습니다.",
    button: "모델 분석",
    progress: "분석 진행률",
    running: "분석하고 있습니다.",
    stoppedEarly: "분석이 끝나기 전에 중단되었습니다.",
    nothing: "모든 모델에 공통된 텐서가 없어 분석할 것이 없습니다.",
    inspected: (tensors) => `텐서 ${number(tensors)}개를 분석했습니다.`,
    seenByMerge: (tensors) => `병합하면서 텐서 ${number(tensors)}개를 분석했습니다.`,
    sampled: (share) =>
      `큰 텐서는 일부만 표본으로 분석했습니다(전체 요소의 ${share}). 모든 요소를 측정하려면 모델을 분석하세요.`,
    fine: "이상한 점이 없습니다.",
    warned: (count) => `경고가 ${number(count)}개 있습니다.`,
    whole: "모델 전체",
    warnings: "모델에 대한 경고",
    changed: "그 뒤로 설정이 바뀌었습니다. 반올림 손실은 바뀌기 전의 설정에 대한 것입니다.",
    noticedByMerge: (count) =>
      `병합하면서 모델에 대해 알아낸 점이 있습니다. ‘계획’의 챗 벡터 부분에 경고가 ${number(count)}개 있습니다.`,
    vector: (chat, ratio, largest) =>
      `챗 모델 ${chat}: 벡터의 노름은 베이스의 ${ratio}, 가장 큰 변화는 ${largest}입니다.`,
    vectorAlong: (chat, ratio, largest, cosine) =>
      `챗 모델 ${chat}: 벡터의 노름은 베이스의 ${ratio}, 가장 큰 변화는 ${largest}, 타깃 − 베이스와의 코사인은 ${cosine}입니다.`,
    roundingLoses: (share) => `출력 dtype으로 반올림하면 더한 양의 ${share}를 잃습니다.`,
    roundingChanges: (times) =>
      `출력 dtype으로 반올림하여 생기는 변화가 더한 양보다 큽니다(${times}배).`,
    details: (tensors) => `레이어별, 텐서별로 보기(${number(tensors)})`,
    notLoaded: "페이지의 이 부분을 불러오지 못했습니다. 네트워크에 연결한 뒤 다시 여세요.",
  },

  blocked: {
    dead: "먼저 페이지를 새로 고쳐야 합니다.",
    verifying: "지난 병합을 검증하는 중…",
    inspecting: "모델을 분석하는 중…",
    problems: "먼저 위의 문제를 해결해야 합니다.",
    tokenizers: "토크나이저를 읽는 중…",
  },

  merge: {
    button: "병합",
    choosing: "브라우저 대화 상자에서 선택하기를 기다리는 중…",
    toDownloads: "끝나면 파일마다 저장 링크가 나타납니다.",
    toFile: "브라우저가 쓸 파일을 묻습니다.",
    toFolder: "브라우저가 쓸 폴더를 묻습니다.",
    toFolders: "브라우저가 폴더를 묻습니다. 그 안에 λ마다 폴더를 하나씩 만듭니다.",
    saveEach: "샤드를 하나씩 저장한 뒤 다음 샤드 쓰기",
    saveEachAbout: (times) =>
      `결과가 브라우저의 공간보다 클 때를 위한 것입니다. 병합은 저장을 ${times}번 기다리며, 브라우저는 샤드를 한 번에 하나만 보관합니다.`,
    roomForShard: (room, needed) =>
      `브라우저에 따르면 공간이 약 ${room} 있고, 가장 큰 샤드에는 ${needed} 정도가 필요합니다. 병합을 시도할 수는 있지만 공간이 다 차면 중단될 수 있습니다.`,
    roomForAll: (room, needed) =>
      `브라우저에 따르면 공간이 약 ${room} 있고, 병합된 파일에는 ${needed} 정도가 필요합니다. 병합을 시도할 수는 있지만 공간이 다 차면 중단될 수 있습니다.`,
    smallerShards: "샤드를 더 작게 하면 하나씩 저장한 뒤 다음 샤드를 쓸 수 있습니다.",
    fewerWeights:
      "한 번에 쓰는 가중치를 줄이면 공간이 덜 필요하고, 하나만 쓰면 샤드를 하나씩 저장할 수 있습니다.",
    unsaved:
      "지난 병합의 파일 중 저장하지 않은 것이 있습니다. 다음 병합이 끝나면 브라우저가 삭제합니다.",
    cancelled: "취소했습니다. 아무것도 남기지 않았습니다.",
    failed: "병합을 끝내지 못했습니다. 이유는 ‘문제’에 있습니다.",
    done: "끝났습니다. 결과는 아래에 있습니다.",
    progress: "병합 진행률",
    cancel: "취소",
    cancelling: "취소하는 중…",
    waits:
      "병합이 기다리고 있습니다. 이 샤드를 저장하고, 다운로드 폴더에 온전히 저장되었는지 확인한 뒤 계속하세요. 그러면 브라우저가 자신의 사본을 삭제하고 다음 샤드를 씁니다.",
    goOn: "저장했으니 계속하기",
    offered: (file) => `${file} 파일을 저장할 수 있습니다. 병합이 기다리고 있습니다.`,
    running: "병합하고 있습니다.",
    finishing: "파일을 마무리하고 있습니다.",
    percent: (percent) => `${percent}퍼센트 병합했습니다.`,
    pace: (done, rate, left) => `${done} · ${rate} · 약 ${left} 남음`,
    finishingFile: (file) =>
      `\`${file}\` 파일을 마무리하고 있습니다. 브라우저가 파일을 확인하고 닫는 데 시간이 걸릴 수 있습니다.`,
    fileType: "safetensors 체크포인트",
    noDialog: "이 브라우저에는 폴더를 선택하는 대화 상자가 없습니다.",
    folderInUse: (folder) =>
      `선택한 곳에 ${folder} 폴더가 이미 있고 비어 있지 않습니다. 다른 곳을 선택하거나 그 폴더를 옮기세요.`,
    notChosen:
      "파일을 선택하지 않아 병합하지 않았습니다. `저장 위치: 다운로드`에서는 대화 상자가 필요 없습니다.",
    notStarted: "병합을 시작하지 못했습니다:",
    stoppedEarly:
      "병합이 끝나기 전에 중단되었습니다. 다시 일어난다면 메모리가 부족할 수 있습니다. 다른 탭과 프로그램을 닫으세요.",
    elsewhere: "다른 탭에서 이미 이 병합을 계속하고 있습니다.",
    resume: "파일을 다시 지정하고 ‘병합’ 옆의 ‘계속하기’를 누르세요.",
    interruptedTakesRoom: "중단된 병합도 공간을 차지합니다. 먼저 계속하거나 삭제하세요.",
    lastTakesRoom: "지난 병합의 파일도 공간을 차지합니다. 먼저 삭제하세요.",
    tickSaveEach: (label) => `또는 ‘병합’ 옆의 ‘${label}’에 체크하세요.`,
    chooseSmaller:
      "또는 샤드를 더 작게 하세요. 그러면 하나씩 저장한 뒤 다음 샤드를 쓸 수 있습니다.",
    orFewerWeights: "또는 한 번에 쓰는 가중치를 줄이세요.",
    keepOne: (file) => `이미 저장한 ${file} 파일은 남겨 두세요.`,
    keepFiles: (count) => `이미 저장한 파일 ${count}개는 남겨 두세요.`,
    oneIsNoModel: (file) => `이미 저장한 ${file} 파일은 온전한 모델이 아닙니다. 삭제하세요.`,
    filesAreNoModel: (count) =>
      `이미 저장한 파일 ${count}개는 온전한 모델이 아닙니다. 삭제하세요.`,
    workerFailed: (why) =>
      `페이지에서 작업을 맡은 부분이 시작되지 못했습니다(${why}). 페이지를 새로 고치세요. 그래도 안 되면 브라우저가 너무 오래된 것일 수 있습니다.`,
    workerFailedAgain: (why) =>
      `페이지에서 작업을 맡은 부분이 거듭 중단되었습니다(${why}). 페이지를 새로 고치세요. 그래도 안 되면 브라우저가 너무 오래된 것일 수 있습니다.`,
    workerReplaced: (why) =>
      `페이지에서 작업을 맡은 부분이 예기치 않게 중단되어(${why}) 다시 시작했습니다.`,
  },

  result: {
    about: (files, size, time) => `파일 ${number(files)}개, ${size}, ${time} 만에 병합했습니다.`,
    aboutSeveral: (outputs, about) => `출력 ${number(outputs)}개, ${about}`,
    files: "쓴 파일",
    save: (file) => `${file} 저장`,
    downloadStarted: "다운로드를 시작했습니다",
    savedBefore: "이미 저장함",
    orFileByFile: "또는 파일별로 저장하세요:",
    fileByFile: (label, files) => `또는 ${label}의 파일 ${number(files)}개를 하나씩 저장`,
    fileByFileAbout: "이름 앞에 λ가 붙으므로 나중에 떼어 내세요.",
    keepOpen: "다운로드가 끝날 때까지 이 페이지를 열어 두세요.",
    onDisk:
      "그런 다음 브라우저의 디스크 공간을 비우세요. 다음 병합이 끝날 때도 비워집니다.",
    inMemory: "다음에 병합하거나 페이지를 닫으면 이 파일들은 메모리에서 사라집니다.",
    delete: "병합된 파일을 브라우저에서 삭제",
    isSaved: "저장했나요?",
    areSaved: "모두 저장했나요?",
    deleteOne:
      "다운로드 폴더에 병합된 파일이 온전히 있는지 확인하세요. 삭제하면 브라우저에 보관된 것은 사라집니다.",
    deleteAll: (count) =>
      `다운로드 폴더에 병합된 파일 ${count}개가 모두 온전히 있는지 확인하세요. 삭제하면 브라우저에 보관된 것은 사라집니다.`,
    zip: "모든 파일을 zip 하나로 묶기",
    zipOf: (label) => `${label}의 모든 파일을 zip 하나로 묶기`,
    zipSize: (size) => `${size}, 압축 안 함`,
    zipReading: (done, total) => `읽는 중(${total} 중 ${done})…`,
    zipFailed: "만들 수 없습니다:",
    sha256Of: (file) => `${file}의 SHA-256`,
    copySha256: "SHA-256 복사",
    copySha256Of: (file) => `${file}의 SHA-256 복사`,
    sha256Copied: "SHA-256을 복사했습니다",
    sha256Failed: "계산할 수 없습니다:",
    nonFinite: (tensors) => `유한하지 않은 원소가 있는 텐서 ${number(tensors)}개`,
    nonFiniteAbout:
      "입력에 이미 그런 원소가 있거나, 가중치가 너무 크거나, 값이 출력 dtype에 들어가지 않습니다. F16은 65,504까지입니다.",
    nonFiniteLabel: "유한하지 않은 텐서",
    nonFiniteLabelOf: (label) => `유한하지 않은 텐서, ${label}`,
    name: "이름",
    infinite: "무한대",
    next: "다음에 할 일",
    nextVector: () =>
      "이 파일을 여기에서 챗 모델로 지정하고, 같은 계열의 어떤 모델이든 베이스나 타깃으로 쓰세요. 벡터를 만들 때 쓴 베이스는 더 이상 필요하지 않습니다.",
    nextVectors:
      "λ 하나로 만든 것을 여기에서 챗 모델 하나로 지정하고, 같은 계열의 어떤 모델이든 베이스나 타깃으로 쓰세요. 벡터를 만들 때 쓴 베이스는 더 이상 필요하지 않습니다.",
    nextFolder:
      "모든 파일을 한 폴더에 넣고, 그 폴더를 transformers의 `from_pretrained`나 `vllm serve`에 지정하세요. config, 토크나이저, 채팅 템플릿이 모두 들어 있습니다.",
    nextFolders:
      "λ마다 파일을 한 폴더에 넣고, 그 폴더를 transformers의 `from_pretrained`나 `vllm serve`에 지정하세요. config, 토크나이저, 채팅 템플릿이 모두 들어 있습니다.",
    nextWeightsOfSeveral:
      "transformers로 모델을 불러오려면, λ 하나의 병합된 파일을 이름에서 λ를 떼고 타깃의 `config.json`, 토크나이저 파일, 채팅 템플릿과 함께 원래 가중치 대신 한 폴더에 넣고 그 폴더를 `from_pretrained`에 지정하세요. 또는 병합하기 전에 모델을 폴더 전체로 지정하면 이 페이지가 모두 처리합니다.",
    nextWeights: () =>
      "transformers로 모델을 불러오려면, 병합된 파일을 타깃의 `config.json`, 토크나이저 파일, 채팅 템플릿과 함께 원래 가중치 대신 한 폴더에 넣고 그 폴더를 `from_pretrained`에 지정하세요. 또는 병합하기 전에 모델을 폴더 전체로 지정하면 이 페이지가 모두 처리합니다.",
  },

  verify: {
    title: "제대로 되었나요?",
    about: "결과를 다시 읽고, 모델로부터 한 번 더 계산하여 비교합니다.",
    compare: "비교 범위",
    sample: "각 텐서의 일부",
    all: "전체",
    button: "검증",
    progress: "검증 진행률",
    running: "검증하고 있습니다.",
    stoppedEarly: "검증이 끝나기 전에 중단되었습니다.",
    unreadable: "병합된 파일을 다시 읽을 수 없습니다:",
    wholeIsRight: (size) => `검증됨: ${size} 전체가 모델로부터 계산한 값과 같습니다.`,
    sampleIsRight: (size, all) =>
      `검증됨: ${all} 중 ${size}(모든 텐서의 처음, 중간, 끝)가 모델로부터 계산한 값과 같습니다.`,
    leftOut: (count) =>
      `이미 저장한 파일 ${number(count)}개는 더 이상 여기에 없으므로 포함되지 않습니다.`,
  },
};
