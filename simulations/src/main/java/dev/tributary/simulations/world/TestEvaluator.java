package dev.tributary.simulations.world;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.world.setup.TrainingSeats;
import java.util.ArrayList;
import java.util.List;

/**
 * Evaluates a model on the test rows, in pieces that several threads share. The pieces are the same
 * whatever the number of threads, and an evaluation adds up exactly, so the figures do not depend
 * on it.
 */
public final class TestEvaluator {

  private static final int ROWS_PER_PIECE = 500;

  private final TrainingSeats seats;
  private final ModelSpec spec;
  private final List<Examples> pieces;

  /** An evaluator of models of this specification on these rows. */
  public TestEvaluator(TrainingSeats seats, ModelSpec spec, Examples test) {
    this.seats = seats;
    this.spec = spec;
    this.pieces = cut(test);
  }

  /** Loss and confusion matrix over all test rows of weights that are flat in layout order. */
  public Evaluation evaluate(float[] weights) throws InterruptedException {
    return seats.map(pieces, (seat, piece) -> seat.evaluate(piece, spec, weights)).stream()
        .reduce(Evaluation.empty(spec.classes()), Evaluation::merge);
  }

  private static List<Examples> cut(Examples test) {
    var pieces = new ArrayList<Examples>();
    for (int from = 0; from < test.size(); from += ROWS_PER_PIECE) {
      pieces.add(test.range(from, Math.min(test.size(), from + ROWS_PER_PIECE)));
    }
    return List.copyOf(pieces);
  }
}
