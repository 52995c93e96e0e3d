package backhaul.relay;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Holds an answer back until it is complete. The code that writes it does not notice that the client has gone, which it
 * would log with a stack trace. If it fails half-way, nothing was sent.
 */
final class HeldAnswer extends HttpServletResponseWrapper {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    HeldAnswer(HttpServletResponse response) {
        super(response);
    }

    @Override
    public ServletOutputStream getOutputStream() {
        return new ServletOutputStream() {
            @Override
            public void write(int octet) {
                body.write(octet);
            }

            @Override
            public void write(byte[] octets, int from, int length) {
                body.write(octets, from, length);
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                throw new IllegalStateException("no page is written asynchronously");
            }
        };
    }

    @Override
    public void flushBuffer() {
        // Only when it is complete.
    }

    @Override
    public void resetBuffer() {
        body.reset();
    }

    @Override
    public void reset() {
        body.reset();
        super.reset();
    }

    /** Sends the answer. */
    void send() throws IOException {
        if (!isCommitted() && body.size() > 0) {
            getResponse().setContentLength(body.size());
            getResponse().getOutputStream().write(body.toByteArray());
        }
    }
}
