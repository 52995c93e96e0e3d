package backhaul.agent;

import backhaul.transport.Printable;

/**
 * Formats for a program: a JSON object (RFC 8259) of the parts that the message has, with unprintable characters
 * escaped.
 */
final class JsonFormat implements LineFormat {
    @Override
    public void append(SyslogLine line, StringBuilder out) {
        out.append('{');
        if (line.priority() >= 0) {
            field("severity", line.severity().toString(), out);
            out.append(",\"facility\":").append(line.priority() >> 3);
        }
        field("time", line.time(), out);
        field("host", line.host(), out);
        field("program", line.program(), out);
        field("pid", line.pid(), out);
        field("msgid", line.id(), out);
        field("data", line.data(), out);
        field("message", line.text(), out);
        out.append('}');
    }

    private static void field(String name, String value, StringBuilder out) {
        if (value != null) {
            out.append(out.charAt(out.length() - 1) == '{' ? "\"" : ",\"");
            out.append(name).append("\":\"");
            // Its escapes are those of JSON.
            out.append(Printable.of(value.replace("\\", "\\\\").replace("\"", "\\\"")));
            out.append('"');
        }
    }
}
