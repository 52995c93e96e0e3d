package backhaul.relay.status;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.relay.MetricsResource;
import backhaul.relay.StatusResource;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** {@code META-INF/openapi.yaml} describes what {@code StatusJson} makes: every key, and no more. */
class OpenApiTest {
    private final Map<String, Object> document = document();
    private final Set<String> seen = new TreeSet<>();

    private static Map<String, Object> document() {
        try (InputStream file = StatusJson.class.getResourceAsStream("/META-INF/openapi.yaml")) {
            return new Yaml().load(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("unchecked") // of YAML, names with whatever they name
    private static Map<String, Object> in(Map<String, Object> map, String name) {
        return (Map<String, Object>) map.getOrDefault(name, Map.of());
    }

    private static List<String> list(Map<String, Object> map, String name) {
        return ((List<?>) map.getOrDefault(name, List.of()))
                .stream().map(String::valueOf).toList();
    }

    private Map<String, Object> schema(String name) {
        return in(in(in(document, "components"), "schemas"), name);
    }

    @Test
    void eachKeyOfStatusIsDescribedAndNoOther() {
        Map<String, Object> schema = schema("Status");
        expect(StatusJson.of("why not", StatusSamples.busy().events()), schema, "status");
        expect(StatusJson.of(StatusSamples.busy()), schema, "status");
        expect(StatusJson.of(StatusSamples.busyWithList()), schema, "status");
        expect(StatusJson.of(StatusSamples.hostile()), schema, "status");
        Set<String> described = new TreeSet<>();
        describe(schema, "status", described);
        assertThat(described).isEqualTo(seen);
    }

    @Test
    void eachAddressIsThere() {
        assertThat(in(document, "paths").keySet())
                .containsExactlyInAnyOrder(
                        "/" + StatusResource.class.getAnnotation(Path.class).value(),
                        "/" + MetricsResource.class.getAnnotation(Path.class).value(),
                        "/health/started",
                        "/health/live",
                        "/health/ready");
    }

    /** Every key that the description has. */
    private static void describe(Map<String, Object> schema, String at, Set<String> keys) {
        for (String name : in(schema, "properties").keySet()) {
            keys.add(at + "." + name);
            describe(in(in(schema, "properties"), name), at + "." + name, keys);
        }
        if (schema.containsKey("items")) {
            describe(in(schema, "items"), at, keys);
        }
    }

    private void expect(JsonValue value, Map<String, Object> schema, String at) {
        switch (String.valueOf(schema.get("type"))) {
            case "object" -> {
                JsonObject object = (JsonObject) value;
                Map<String, Object> properties = in(schema, "properties");
                assertThat(properties.keySet()).as(at).containsAll(object.keySet());
                assertThat(object.keySet()).as(at).containsAll(list(schema, "required"));
                object.forEach((name, inner) -> {
                    seen.add(at + "." + name);
                    expect(inner, in(properties, name), at + "." + name);
                });
            }
            case "array" -> ((JsonArray) value).forEach(item -> expect(item, in(schema, "items"), at));
            case "string" -> {
                String text = ((JsonString) value).getString();
                if ("date-time".equals(schema.get("format"))) {
                    assertThat(Instant.parse(text)).as(at).isNotNull();
                }
                if (schema.containsKey("enum")) {
                    assertThat(list(schema, "enum")).as(at).contains(text);
                }
            }
            case "integer" ->
                assertThat(((JsonNumber) value).isIntegral()).as(at).isTrue();
            case "number" -> assertThat(value).as(at).isInstanceOf(JsonNumber.class);
            case "boolean" -> assertThat(value).as(at).isIn(JsonValue.TRUE, JsonValue.FALSE);
            default -> throw new AssertionError(at + " has the type " + schema.get("type"));
        }
    }
}
