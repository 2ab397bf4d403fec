package dev.tributary.simulations.data.source;

import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.UnusableDataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The UCI heart disease data (Janosi, Steinbrunn, Pfisterer, Detrano, 1988) of four hospitals,
 * prepared as FLamby does (du Terrail et al., "FLamby", 2022, Fed-Heart-Disease): the columns
 * slope, ca and thal are dropped, then every row with a missing value; 740 rows remain. Chest pain
 * and resting ECG become one column a category, without the first; the label is disease or none; a
 * third of each hospital's rows is held out, the rows that FLamby holds out.
 *
 * <p>Features are shifted and scaled by mean and deviation of the training rows: of all hospitals,
 * or of each hospital its own as FLamby's later versions do. The latter hides from the model what
 * tells hospitals apart, and with it how common the disease is in each: measured with FedAvg, .79
 * against .74.
 *
 * <p>A row has 13 features: age, sex, blood pressure, cholesterol, blood sugar, heart rate, angina,
 * ST depression, chest pain 2, 3, 4, ECG 1, 2. The first version of FLamby had 16 because it took
 * the same ECG category, read as text from some hospitals and as a number from others, for
 * different ones; its later versions have these 13.
 */
final class HeartDataset {

  private static final String ADVICE =
      "download https://archive.ics.uci.edu/static/public/45/heart+disease.zip and put its four"
          + " processed.*.data files into that directory";
  private static final int COLUMNS = 14;
  private static final int USED_COLUMNS = 10;
  private static final int CHEST_PAIN = 2;
  private static final int ECG = 6;
  private static final int LABEL = 13;
  private static final int FEATURES = 13;

  /**
   * A hospital: the rows without missing values that its file must have, and which of them are held
   * out.
   */
  private record Hospital(String name, int completeRows, String heldOut) {}

  /**
   * The held-out rows are those of scikit-learn's train_test_split with random_state 43, stratified
   * by label, as FLamby calls it; they are numbered among the complete rows of a file, from 0.
   */
  private static final List<Hospital> HOSPITALS =
      List.of(
          new Hospital(
              "cleveland",
              303,
              "5 13 16 24 26 34 40 42 43 46 47 48 49 53 55 56 59 60 61 63 64 65 69 72 76 78 86 87"
                  + " 88 90 91 93 95 101 103 104 105 113 116 123 128 133 134 135 136 137 151 152"
                  + " 154 156 157 160 163 165 170 171 179 180 188 190 192 197 201 202 203 211 213"
                  + " 215 216 218 221 223 224 227 228 233 236 239 243 246 249 250 256 257 258 259"
                  + " 260 264 265 266 270 283 284 285 288 289 290 292 294 295 296 297 298 301"),
          new Hospital(
              "hungarian",
              261,
              "3 7 16 21 25 26 27 28 29 32 34 35 36 41 47 48 49 51 53 58 60 61 64 68 73 74 75 84 85"
                  + " 87 89 91 95 104 107 110 111 112 117 118 120 123 127 128 131 132 136 137 139"
                  + " 143 145 149 155 158 159 161 164 169 172 179 182 186 188 189 190 191 193 194"
                  + " 196 199 202 203 204 206 213 219 223 224 234 236 239 243 248 250 251 252 254"
                  + " 258 259"),
          new Hospital("switzerland", 46, "5 6 7 8 13 14 18 19 20 22 24 28 29 32 40 41"),
          new Hospital(
              "va",
              130,
              "1 5 6 9 12 26 29 33 35 36 38 39 41 42 45 47 54 60 61 62 64 66 67 68 73 75 76 78 79"
                  + " 85 88 92 97 98 110 111 112 114 117 118 119 121 125 127 128"));

  private HeartDataset() {}

  static Dataset load(Path directory, boolean perHospital) {
    List<float[]> train = new ArrayList<>();
    List<float[]> test = new ArrayList<>();
    List<Integer> trainHospitals = new ArrayList<>();
    List<Integer> trainLabels = new ArrayList<>();
    List<Integer> testLabels = new ArrayList<>();
    for (int hospital = 0; hospital < HOSPITALS.size(); hospital++) {
      HospitalRows rows = read(directory, HOSPITALS.get(hospital));
      float[] ownTrain = concatenated(rows.trainFeatures());
      float[] ownTest = concatenated(rows.testFeatures());
      if (perHospital) {
        Standardizer.fitted(ownTrain, FEATURES).apply(ownTrain).apply(ownTest);
      }
      train.add(ownTrain);
      test.add(ownTest);
      trainLabels.addAll(rows.trainLabels());
      testLabels.addAll(rows.testLabels());
      for (int row = 0; row < rows.trainLabels().size(); row++) {
        trainHospitals.add(hospital);
      }
    }
    float[] trainFeatures = concatenated(train);
    float[] testFeatures = concatenated(test);
    if (!perHospital) {
      Standardizer.fitted(trainFeatures, FEATURES).apply(trainFeatures).apply(testFeatures);
    }
    return new Dataset(
        "heart",
        Examples.of(trainFeatures, FEATURES, ints(trainLabels)),
        Examples.of(testFeatures, FEATURES, ints(testLabels)),
        2,
        Shape.of(FEATURES),
        Optional.of(ints(trainHospitals)),
        List.of("no disease", "disease"));
  }

  private record HospitalRows(
      List<float[]> trainFeatures,
      List<Integer> trainLabels,
      List<float[]> testFeatures,
      List<Integer> testLabels) {}

  private static HospitalRows read(Path directory, Hospital hospital) {
    Path file =
        DataFiles.firstExisting(directory, ADVICE, "processed." + hospital.name() + ".data");
    List<float[]> complete = completeRows(file);
    if (complete.size() != hospital.completeRows()) {
      throw new UnusableDataException(
          file
              + ": expected "
              + hospital.completeRows()
              + " rows without missing values, as in the published file, found "
              + complete.size());
    }
    HospitalRows rows =
        new HospitalRows(
            new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    int[] heldOut =
        Arrays.stream(hospital.heldOut().split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    for (int row = 0; row < complete.size(); row++) {
      boolean test = Arrays.binarySearch(heldOut, row) >= 0;
      (test ? rows.testFeatures() : rows.trainFeatures()).add(features(complete.get(row)));
      (test ? rows.testLabels() : rows.trainLabels()).add(complete.get(row)[LABEL] == 0 ? 0 : 1);
    }
    return rows;
  }

  private static List<float[]> completeRows(Path file) {
    List<float[]> complete = new ArrayList<>();
    List<String> lines = DataFiles.text(file).lines().toList();
    for (int line = 0; line < lines.size(); line++) {
      boolean header = line == 0 && lines.get(0).startsWith("age,");
      if (!header && !lines.get(line).isBlank()) {
        parse(file, line + 1, lines.get(line)).ifPresent(complete::add);
      }
    }
    return complete;
  }

  /** A row's columns, or nothing when one that is used is missing: {@code ?} or an empty cell. */
  private static Optional<float[]> parse(Path file, int line, String text) {
    String[] cells = text.split(",", -1);
    if (cells.length != COLUMNS) {
      throw new UnusableDataException(
          file + ", line " + line + ": expected " + COLUMNS + " cells, found " + cells.length);
    }
    float[] values = new float[COLUMNS];
    boolean missing = false;
    for (int column = 0; column < COLUMNS; column++) {
      String cell = cells[column].strip();
      if (column < USED_COLUMNS || column == LABEL) {
        boolean absent = cell.isEmpty() || cell.equals("?");
        missing |= absent;
        values[column] = absent ? Float.NaN : number(file, line, column, cell);
      }
    }
    return missing ? Optional.empty() : Optional.of(values);
  }

  private static float number(Path file, int line, int column, String cell) {
    try {
      float value = Float.parseFloat(cell);
      boolean category = column == CHEST_PAIN || column == ECG;
      if (Float.isFinite(value) && (!category || value == Math.rint(value))) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      throw new UnusableDataException(
          file
              + ", line "
              + line
              + ", column "
              + (column + 1)
              + ": expected a number or ?, found "
              + cell,
          notANumber);
    }
    throw new UnusableDataException(
        file
            + ", line "
            + line
            + ", column "
            + (column + 1)
            + ": expected a finite number (a whole one for a category),"
            + " found "
            + cell);
  }

  private static float[] features(float[] columns) {
    float[] features = new float[FEATURES];
    int next = 0;
    for (int column = 0; column < USED_COLUMNS; column++) {
      if (column != CHEST_PAIN && column != ECG) {
        features[next++] = columns[column];
      }
    }
    for (int category = 2; category <= 4; category++) {
      features[next++] = columns[CHEST_PAIN] == category ? 1 : 0;
    }
    for (int category = 1; category <= 2; category++) {
      features[next++] = columns[ECG] == category ? 1 : 0;
    }
    return features;
  }

  private static float[] concatenated(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int next = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, next, part.length);
      next += part.length;
    }
    return all;
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
