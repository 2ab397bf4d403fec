package dev.tributary.aggregation.offenders;

import ai.djl.engine.Engine;

/** Breaks a rule on purpose: the optional engine outside of the model runtime. */
public record UsesAnEngine(Engine engine) {}
