package io.github.hevypipeline.hevy.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.failure.ConfigError;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementExportTest {
    private static final String PARTS =
            "neck_?,shoulder_?,chest_?,left_bicep_?,right_bicep_?,left_forearm_?,right_forearm_?,"
                    + "abdomen_?,waist_?,hips_?,left_thigh_?,right_thigh_?,left_calf_?,right_calf_?";

    @TempDir
    Path folder;

    private MeasurementExport read(String content) {
        return MeasurementExport.read(ExportedFile.write(folder, content), ExportedFile.UTC);
    }

    @Test
    void each_day_is_a_measurement_as_the_api_has_it() {
        MeasurementExport export = read(
                "date,weight_kg,fat_percent," + PARTS.replace("?", "cm")
                        + "\n\"5 Mai 2026, 00:00\",82.5,17.5,1,2,3,4,5,6,7,8,9,10,11,12,13,14\n\"4 Abr 2026, 00:00\",81,,,,,,,,,,,,,,,\n");

        List<JsonNode> items = ExportedFile.items(export.pages(), "body_measurements");

        assertThat(items)
                .extracting(JsonNode::toString)
                .containsExactly(
                        "{\"date\":\"2026-05-05\",\"weight_kg\":82.5,\"fat_percent\":17.5,\"neck_cm\":1,\"shoulder_cm\":2,"
                                + "\"chest_cm\":3,\"left_bicep_cm\":4,\"right_bicep_cm\":5,\"left_forearm_cm\":6,"
                                + "\"right_forearm_cm\":7,\"abdomen\":8,\"waist\":9,\"hips\":10,\"left_thigh\":11,"
                                + "\"right_thigh\":12,\"left_calf\":13,\"right_calf\":14}",
                        "{\"date\":\"2026-04-04\",\"weight_kg\":81}");
        assertThat(export.summary().measurements()).isEqualTo(2);
        assertThat(export.summary().language()).isEqualTo("pt");
        assertThat(export.summary().unknownColumns()).isEmpty();
    }

    @Test
    void pounds_and_inches_are_converted_each_by_itself() {
        MeasurementExport export = read("date,weight_lbs,fat_percent," + PARTS.replace("?", "in")
                + "\n\"5 May 2026, 00:00\",100,,10,,,,,,,,30,,,,,\n");

        assertThat(ExportedFile.items(export.pages(), "body_measurements")
                        .get(0)
                        .toString())
                .isEqualTo("{\"date\":\"2026-05-05\",\"weight_kg\":45.359237,\"neck_cm\":25.4,\"waist\":76.2}");
    }

    @Test
    void two_measurements_of_a_day_are_refused() {
        assertThatThrownBy(() -> read("date,weight_kg\n\"5 May 2026, 00:00\",1\n\"5 May 2026, 00:00\",2\n"))
                .isInstanceOf(ConfigError.class)
                .hasMessage(
                        "workouts.csv, line 3, column date: expected one measurement a day, and line 2 has one, found"
                                + " \"5 May 2026, 00:00\".");
    }

    @Test
    void the_header_tells_which_export_a_file_is() {
        assertThat(ExportKind.of(ExportedFile.shared("crlf.csv"))).contains(ExportKind.WORKOUTS);
        assertThat(ExportKind.of(ExportedFile.write(folder, "date,weight_kg,waist_in\n")))
                .contains(ExportKind.MEASUREMENTS);
        assertThat(ExportKind.of(ExportedFile.write(folder, "a,b\n"))).isEmpty();
        assertThatThrownBy(() -> read("a,b\n")).hasMessage("workouts.csv is no measurement export of Hevy.");
    }
}
