package dev.tributary.client.offenders;

import ai.onnxruntime.OrtSession;

/** Breaks a rule on purpose: the optional runtime of graphs outside of the loaders. */
public record OpensASession(OrtSession session) {}
