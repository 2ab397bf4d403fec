package dev.tributary.aggregation.offenders;

import io.vertx.core.Vertx;

/** Breaks a rule on purpose: Vert.x in what ships to devices. */
public record UsesAServer(Vertx vertx) {}
