package dev.tributary.aggregation.offenders;

import java.net.Socket;

/** Breaks a rule on purpose: arithmetic that talks. */
public record OpensASocket(Socket socket) {}
