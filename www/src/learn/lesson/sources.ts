// What the lesson's conventions were read in. Names are the same in every language.

export const SOURCES = {
  paper: { name: "Huang et al., ACL 2024, arXiv 2310.04799", url: "https://arxiv.org/abs/2310.04799" },
  code: { name: "aqweteddy/ChatVector", url: "https://github.com/aqweteddy/ChatVector" },
  arithmetic: { name: "Ilharco et al., arXiv 2212.04089", url: "https://arxiv.org/abs/2212.04089" },
} as const;

export type Source = keyof typeof SOURCES;
