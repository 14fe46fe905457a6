// All that the learn page alone says, in English: the original that other languages are translated
// from. A text between `backticks` is shown as code.
import { lesson } from "./lesson/en";

export const en = {
  frame: {
    title: "Learn: the arithmetic of chat vectors, live",
    heading: "The arithmetic of chat vectors, live",
    back: "Merge your own models",
    lead: "A chat vector is what tuning has changed in a model: chat − base. Add it to another model of the same family, and look at what comes out.",
    privacy: "All of it happens in this browser tab.",
  },

  link: {
    copy: "Copy link to this state",
    copied: "Link copied",
    yours: "The link to this state",
  },

  plane: {
    title: "On a plane",
    about:
      "A model is a list of numbers, its weights: one point in a space with a dimension for each. Here models have two weights, so that you can see them.",
    tries: "Try this",
    idle: "Drag the points, or move them with the arrow keys. Or press one of these buttons: each sets up the plane and says what to look for.",
    look: "Look:",
    real: "In a real model:",
    try: {
      zero: {
        name: "Add nothing",
        look: "λ is 0, and the merged model lies on the target. Raise λ slowly: it leaves the target in the direction of τ, and nowhere else.",
        real: "With λ = 0 the merge copies the target. Try a few values from there, such as 0.5 and 1, and compare each with the target.",
      },
      itself: {
        name: "Target = base",
        look: "The target lies on the base, and λ is 1: base + (chat − base) is the chat model. Lower λ, and the merged model goes back to the base in a straight line.",
        real: "Add a chat vector to its own base and you get the chat model again, but for rounding. It is a good first check of any tool that merges.",
      },
      orthogonal: {
        name: "Right angle",
        look: "τ and T − B stand at a right angle: their cosine is 0. Whatever λ is, the merged model keeps all of the step from base to target.",
        real: "The target has learned one thing, such as a language, and the chat model another, to follow instructions. Where their changes don’t touch each other, the merge has a good chance to keep both.",
      },
      opposing: {
        name: "Opposite vectors",
        look: "τ and τ₂ point in opposite directions: their cosine is −1. With both λ at 1, each takes away what the other adds, and the merged model is the target.",
        real: "Tune one model to long answers and another one to short answers, and some weights are pulled both ways. A merge of both may have learned neither.",
      },
      negative: {
        name: "Forget",
        look: "λ is below 0: the merged model moves away from the chat model, against τ.",
        real: "Subtract a vector, and the model does less of what was tuned. This has been used to make models forget, such as rude language; take too much, and it forgets the rest as well.",
      },
      far: {
        name: "Too far",
        look: "λ is 2: the merged model moves twice as far as tuning ever did.",
        real: "Nobody has trained a model out there. Far from models that were trained, text often turns into repetition or noise, so measure before you trust it.",
      },
    },
    honest:
      "A real model has billions of dimensions, not two. There, vectors that have nothing to do with each other are nearly orthogonal by themselves: with n weights, their cosine is typically about 1 ÷ √n. So a cosine far from 0 means little on this plane, and a lot in a real model.",

    names: { base: "Base", chat: "Chat model", second: "Second chat model", target: "Target" },
    /** In the picture. */
    short: {
      base: "base",
      chat: "chat",
      second: "chat 2",
      target: "target",
      merged: "merged",
    },
    picture: "Weight space with two dimensions",
    axis: (number: number) => `weight ${number}`,
    handle: "point on the plane",
    help: "Move a point by dragging it, or with the arrow keys: 0.1 a step, 1 with Shift. Or type its numbers.",
    moved: (model: string, at: string, name: string, vector: string, length: string) =>
      `${model} at ${at}. Vector ${name} = ${vector}, length ${length}.`,
    movedTarget: (at: string, merged: string) => `Target at ${at}. Merged model at ${merged}.`,
    weighed: (name: string, lambda: string, merged: string) =>
      `${name} = ${lambda}. Merged model at ${merged}.`,
    merged: (merged: string) => `Merged model at ${merged}.`,

    asNumber: (name: string) => `${name} as a number`,
    second: "With a second chat model",
    startOver: "Start over",

    points: "Points",
    coordinate: (model: string, axis: string) => `${model} ${axis}`,
    range: (x: string, y: string) => `x from −${x} to ${x}, y from −${y} to ${y}.`,

    numbers: "Numbers",
    tau: "τ = C − B",
    tau2: "τ₂ = C₂ − B",
    length: (what: string) => `Length of ${what}`,
    cosine: (one: string, other: string) => `Cosine of ${one} and ${other}`,
    none: "none: a vector of length 0 has no direction",

    sum: "The merge, step by step",
    target: "target",
    base: "base",
    chat: "chat",
    chat2: "chat₂",
    result: "merged",
  },

  lesson,
};

export type LearnText = typeof en;
