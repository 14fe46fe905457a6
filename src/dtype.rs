//! Dtypes: those of the format, and the four that merge.

pub use safetensors::Dtype;

/// A dtype whose tensors merge.
///
/// Everything else (integers, bool, FP8, …) is copied from the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Float {
    /// bfloat16: the upper half of an [`Float::F32`].
    BF16,
    /// IEEE 754 binary16.
    F16,
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary64.
    F64,
}

impl Float {
    /// Every dtype that merges.
    pub const ALL: [Float; 4] = [Float::BF16, Float::F16, Float::F32, Float::F64];

    /// The float that `dtype` is, if it merges.
    pub fn new(dtype: Dtype) -> Option<Self> {
        match dtype {
            Dtype::BF16 => Some(Float::BF16),
            Dtype::F16 => Some(Float::F16),
            Dtype::F32 => Some(Float::F32),
            Dtype::F64 => Some(Float::F64),
            _ => None,
        }
    }

    /// The format's name for it.
    pub fn dtype(self) -> Dtype {
        match self {
            Float::BF16 => Dtype::BF16,
            Float::F16 => Dtype::F16,
            Float::F32 => Dtype::F32,
            Float::F64 => Dtype::F64,
        }
    }

    /// Bytes of one element.
    pub const fn width(self) -> usize {
        match self {
            Float::BF16 | Float::F16 => 2,
            Float::F32 => 4,
            Float::F64 => 8,
        }
    }
}

/// The byte boundary that tensors of `dtype` should start at.
pub fn alignment(dtype: Dtype) -> u64 {
    (dtype.bitsize() as u64).div_ceil(8).next_power_of_two()
}
