package org.finetune.data.split;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class GroupPatternTest {
    @Test
    void groupIsTheFirstCapturingGroupOrElseTheWholeMatch() {
        String photo = "roses/patient07-left-2.jpg";
        assertEquals(Optional.of("patient07"), GroupPattern.of("patient\\d+").groupOf(photo));
        assertEquals(
                Optional.of("07"), GroupPattern.of("patient(\\d+)-(left|right)").groupOf(photo));
        assertEquals(
                Optional.of("roses/patient07"), GroupPattern.of("^[^/]+/[^-]+").groupOf(photo));
        assertEquals(Optional.empty(), GroupPattern.of("tile").groupOf(photo));
        assertEquals(Optional.empty(), GroupPattern.of("(tile)|left").groupOf(photo));
        assertEquals(Optional.empty(), GroupPattern.of("x*").groupOf(photo));
    }
}
